package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests run in the environment and with the options that users' processes have. */
class JvmTest {
  private static final Path FOLDER = Path.of("src/main/jvm");

  @Test
  void theTestsHaveTheEnvironmentOfTheLauncher() throws IOException {
    final List<String> lines = lines("environment");
    assertThat(lines).isNotEmpty();
    for (final String line : lines) {
      final int equals = line.indexOf('=');
      final String value = System.getenv(line.substring(0, equals));
      assertThat(value).as(line).isNotNull();
      if (!line.contains("$")) {
        assertThat(value).as(line).isEqualTo(line.substring(equals + 1));
      }
    }
  }

  @Test
  void theTestsHaveTheOptionsOfTheLauncher() throws IOException {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .containsAll(lines("options"));
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(FOLDER.resolve(file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
