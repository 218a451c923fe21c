package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir private Path folder;

  @Test
  void aByteOrderMarkAndTheKindOfLineEndDoNotMatter() throws IOException {
    final Path file = folder.resolve("text");
    Files.writeString(file, "\ufeffone\r\ntwo\n\n\u0442\u0440\u0438");
    assertThat(TextFiles.lines(file)).containsExactly("one", "two", "", "\u0442\u0440\u0438");
    Files.writeString(file, "");
    assertThat(TextFiles.lines(file)).isEmpty();
  }

  @Test
  void otherBytesAreOneSentence() throws IOException {
    final Path file = folder.resolve("text");
    Files.write(file, new byte[] {'a', '\n', (byte) 0xff, '\n'});
    assertThatThrownBy(() -> TextFiles.lines(file))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(file + ": expected text in UTF-8, found other bytes after line ");
  }
}
