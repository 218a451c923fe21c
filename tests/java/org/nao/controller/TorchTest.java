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
  void nothingIsUnpacked(@TempDir Path home) throws IOException, InterruptedException {
    final Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@../java/src/main/jvm/options",
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Load.class.getName())
            .redirectErrorStream(true)
            .start();
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(output).endsWith("loaded");
    assertThat(Torch.find().orElseThrow().getProtocol()).isEqualTo("file");
    try (var left = Files.walk(home)) {
      assertThat(left.filter(each -> each.toString().contains(".so"))).isEmpty();
    }
  }

  /** Says that libtorch was loaded, or why it cannot be. */
  static final class Load {

    private Load() {}

    public static void main(String[] arguments) {
      try {
        Torch.load();
        System.out.println("loaded");
      } catch (RunException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
