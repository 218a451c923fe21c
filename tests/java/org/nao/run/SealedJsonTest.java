package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedJsonTest {
  private static final Map<String, Object> VALUE =
      Map.of(
          "name",
          "\u043d\u0430\u0431\u0456\u0440",
          "loss",
          0.1,
          "inner",
          Map.of("list", new int[] {1, 2}));

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("config.json");
  }

  @Test
  void givesBackWhatWasWritten() {
    SealedJson.write(file(), VALUE);
    assertThat(SealedJson.read(file())).isEqualTo(Json.parseObject(Json.line(VALUE)));
    assertThat(Json.readObject(file()).path("checksum").asText())
        .isEqualTo("sha256:" + Sha256.of(Json.pretty(VALUE)));
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    SealedJson.write(file(), VALUE);
    final byte[] whole = Files.readAllBytes(file());
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      final byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(damaged);
    }
  }

  @Test
  void everyOtherLengthIsFound() throws IOException {
    SealedJson.write(file(), VALUE);
    final byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1));
  }

  @Test
  void aFileWithoutAChecksumIsRefused() throws IOException {
    assertRefused(Json.pretty(VALUE).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void assertRefused(byte[] content) throws IOException {
    Files.write(file(), content);
    assertThatThrownBy(() -> SealedJson.read(file()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageEndingWith("damaged, or changed by something else than nao.");
  }
}
