package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CifarPythonTest {
  @TempDir private Path folder;

  @Test
  void readsTheTen() throws IOException {
    CifarPickles.ten(folder);
    final ImageData data = load();
    assertThat(data.training().labels()).containsExactly(0, 1, 2, 3);
    assertThat(data.training().classNames()).hasSize(10).startsWith("name0", "name1");
    assertThat(data.training().channels()).isEqualTo(3);
    assertThat(Arrays.copyOfRange(data.training().pixels().all(), 2 * 3072, 3 * 3072))
        .containsOnly(2);
    assertThat(data.test().labels()).containsExactly(9);
  }

  @Test
  void readsTheHundred() throws IOException {
    CifarPickles.hundred(folder);
    assertThat(load().training().labels()).containsExactly(99, 0);
    assertThat(load().training().classes()).isEqualTo(100);
  }

  /** Written by Python 3.11 and NumPy 2. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void readsWhatNewerVersionsOfPythonWrite(int version) throws IOException {
    for (final String name : new String[] {"data_batch_1", "test_batch"}) {
      try (InputStream stream =
          CifarPythonTest.class.getResourceAsStream("/golden/pickles/batch-" + version)) {
        Files.write(folder.resolve(name), stream.readAllBytes());
      }
    }
    final ImageSet training = load().training();
    assertThat(training.labels()).containsExactly(7, 3);
    assertThat(training.pixels().all()[0]).isEqualTo((byte) 0);
    assertThat(training.pixels().all()[3072 + 5]).isEqualTo((byte) ((3072 + 5) % 251));
  }

  @Test
  void nothingElseIsTaken() throws IOException {
    CifarPickles.ten(folder);
    refuses("cos\nsystem\n(S'echo'\ntR.", "names 'os system', which no CIFAR file does");
    refuses("c__builtin__\neval\n.", "names '__builtin__ eval'");
    refuses("\u0080\u0005}.", "is of version 5 of Python's format, at most 4 is read");
    refuses("}", "is cut short");
    refuses("]\u002e", "expected a dictionary, found another value");
    refuses("t", "is damaged");
    refuses("I5\n.", "has something that no CIFAR file has (code 0x49)");
    refuses("}.", "expected an array, data, of rows of 3,072 bytes, found none");
    refuses("cnumpy\ndtype\n)R.", "makes something that no CIFAR file has");
    refuses("T\u00ff\u00ff\u00ff\u007f", "is cut short");
  }

  private void refuses(String content, String sentence) throws IOException {
    Files.write(folder.resolve("data_batch_1"), content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::load)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("data_batch_1").toString())
        .hasMessageContaining(sentence);
  }

  private ImageData load() {
    return DataSource.resolve(folder.toString()).load();
  }
}
