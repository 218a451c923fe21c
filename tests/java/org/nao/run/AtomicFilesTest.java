package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir private Path folder;

  @Test
  void replacesAFile() throws IOException {
    final Path file = folder.resolve("a.json");
    AtomicFiles.write(file, "one");
    AtomicFiles.write(file, "zwölf");
    assertThat(file).usingCharset(StandardCharsets.UTF_8).hasContent("zwölf");
    assertThat(names()).containsExactly("a.json");
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    final Path file = folder.resolve("a.json");
    AtomicFiles.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": cannot be written (No space left on device).");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a.json");
  }

  @Test
  void namesAMissingFolder() {
    final Path file = folder.resolve("none").resolve("a.json");
    assertThatThrownBy(() -> AtomicFiles.write(file, "text"))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": cannot be written (no such file or folder).");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
