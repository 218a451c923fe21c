package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nao.run.Json;

class DoctorCommandTest {
  @Test
  void saysWhatTheMachineOffers() {
    final Invocation doctor = Invocation.of("doctor", "--json");
    final var object = Json.parseObject(doctor.out());
    assertThat(object.path("cpu").asText()).isNotBlank();
    assertThat(object.path("usableThreads").asInt()).isPositive();
    assertThat(object.path("simd").asText()).isIn("avx512", "avx2", "none");
    assertThat(object.path("gpus").isArray()).isTrue();
    assertThat(object.path("nativeLibraries").path("bytes").asLong()).isPositive();
    assertThat(object.path("libraries").path(0).path("name").asText()).isEqualTo("cuDNN");
    assertThat(object.path("gpuStates").isArray()).isTrue();
    // The CUDA part is there, or it is said why not.
    assertThat(object.path("cuda").path("architectures").asText().isEmpty())
        .isNotEqualTo(object.path("cuda").path("problem").asText().isEmpty());
    assertThat(doctor.exitCode())
        .isEqualTo(object.path("engine").isNull() ? ExitCode.FAILED : ExitCode.DONE);
  }

  @Test
  void theTextNamesTheSameFacts() {
    final var object = Json.parseObject(Invocation.of("doctor", "--json").out());
    final Invocation doctor = Invocation.of("doctor");
    assertThat(doctor.out())
        .contains(object.path("cpu").asText())
        .contains(object.path("java").asText())
        .contains(object.path("problems").isEmpty() ? "no problem found" : "problem: ");
  }
}
