package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;

/** Loading in a process of its own, because a loaded library stays loaded. */
class TorchTest {

  @Test
  void withoutAWritableFolderTheErrorSaysHowToNameOne(@TempDir Path folder)
      throws IOException, InterruptedException {
    final Path notAFolder = Files.createFile(folder.resolve("file")).resolve("none");
    final Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + notAFolder,
                "-Djava.io.tmpdir=" + notAFolder,
                "-cp",
                System.getProperty("java.class.path"),
                Load.class.getName())
            .redirectErrorStream(true)
            .start();
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .endsWith(
            "no folder can be written to extract libtorch to: name one with about 470 MB free with"
                + " -Dorg.bytedeco.javacpp.cachedir=DIR");
  }

  /** Prints why libtorch cannot be loaded. */
  static final class Load {

    private Load() {}

    public static void main(String[] arguments) {
      try {
        Torch.load();
      } catch (RunException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
