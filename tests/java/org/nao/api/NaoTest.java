package org.nao.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.error.UserException;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.NoiseImages;

/** What docs/library.md does is tested by its program; this is about what fails. */
class NaoTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  @Test
  void aSearchThatCannotBeginLeavesNoFolder() {
    final Path run = folder.resolve("run");
    final Map<String, Object> values =
        Map.of("data", folder.toString(), "device", "cpu:none", "layers", 1, "channels", 2);
    assertThatThrownBy(() -> Nao.search("random", "quick", values, run, new StopRequest()))
        .hasMessageContaining("cpu:none");
    assertThat(run).doesNotExist();
  }

  @Test
  void aTrainingThatCannotBeginLeavesNoFolder() {
    final Path run = folder.resolve("run");
    final Map<String, Object> values =
        Map.of(
            "data",
            folder.toString(),
            "device",
            "cpu:none",
            "network",
            "resnet20",
            "auxiliaryHead",
            "none");
    assertThatThrownBy(() -> Nao.train("quick", values, run, new StopRequest()))
        .hasMessageContaining("cpu:none");
    assertThat(run).doesNotExist();
  }

  @Test
  void aValueThatIsRefusedIsNamed() {
    assertThatThrownBy(
            () ->
                Nao.search(
                    "random",
                    "quick",
                    Map.of("data", folder.toString(), "channels", -1),
                    folder.resolve("run"),
                    new StopRequest()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("channels");
  }
}
