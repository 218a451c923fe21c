package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.Json;

class DataCommandTest {
  @Test
  void listsTheEmbeddedDataSet() {
    assertThat(Invocation.of("data", "list").lines())
        .first()
        .asString()
        .startsWith("fashion-mnist-mini ");
    assertThat(Json.parseObject(Invocation.of("data", "list", "--json").lines().get(0)))
        .isEqualTo(Json.object().put("name", "fashion-mnist-mini").put("place", "inside nao"));
  }

  @Test
  void describesTheEmbeddedDataSet() {
    final var object =
        Json.parseObject(Invocation.of("data", "describe", "--image-size", "32", "--json").out());
    assertThat(object.path("trainingImages").asInt()).isEqualTo(6000);
    assertThat(object.path("height").asInt()).isEqualTo(32);
    assertThat(object.path("classNames")).hasSize(10);
    assertThat(Invocation.of("data", "describe").out())
        .contains("6,000 training and 1,000 test images of 1 x 28 x 28, 10 classes");
  }

  @Test
  void verifies() {
    assertThat(Invocation.of("data", "verify", "fashion-mnist-mini").out()).contains("is whole");
    final var object =
        Json.parseObject(Invocation.of("data", "verify", "fashion-mnist-mini", "--json").out());
    assertThat(object.path("whole").asBoolean()).isTrue();
  }

  @Test
  void aTruncatedFileIsOneSentence(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("train.bin"), new byte[3000]);
    final Invocation verified = Invocation.of("data", "verify", folder.toString());
    assertThat(verified.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(verified.out()).isEmpty();
    assertThat(verified.err())
        .contains("train.bin: expected a multiple of 3074 bytes")
        .hasLineCount(1);
  }
}
