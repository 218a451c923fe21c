package org.nao.search.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CellTableTest {
  @TempDir private Path folder;
  private List<String> lines;

  @BeforeEach
  void aWholeTable() {
    lines = new ArrayList<>(SyntheticTable.lines());
  }

  private static CellTable read(Path table) {
    return CellTable.read(table, "cifar10", Optional.empty(), Optional.empty());
  }

  private Path write(List<String> content) throws IOException {
    return Files.write(folder.resolve("table.csv"), content);
  }

  private void refused(String message) throws IOException {
    final Path table = write(lines);
    assertThatThrownBy(() -> read(table))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(table.toString())
        .hasMessageContaining(message)
        .hasMessageEndingWith(".");
  }

  private void refusedSignal(List<String> signal, String message) throws IOException {
    final Path table = write(lines);
    final Path file = Files.write(folder.resolve("signal.csv"), signal);
    assertThatThrownBy(
            () -> CellTable.read(table, "cifar10", Optional.of(file), Optional.of("score")))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void givesValidationAndTestAccuracy() throws IOException {
    final CellTable table = read(write(lines));
    final int[] best = table.space().cell(best());
    assertThat(table.score(List.of(best, table.space().cell(0))))
        .containsExactly(SyntheticTable.BEST - 2, 48);
    assertThat(table.test(best())).isEqualTo(SyntheticTable.BEST);
    assertThat(table.bestTest()).isEqualTo(SyntheticTable.BEST);
  }

  @Test
  void readsRowsInAnyOrderAndIgnoresOtherColumns() throws IOException {
    final List<String> turned = new ArrayList<>();
    turned.add("cifar10_test,note,cellstr,id,cifar10_val");
    for (int i = lines.size() - 1; i > 0; i--) {
      final String[] fields = lines.get(i).split(",");
      turned.add(String.join(",", fields[3], "x", fields[1], fields[0], fields[2]));
    }
    final CellTable table = read(write(turned));
    assertThat(table.test(best())).isEqualTo(SyntheticTable.BEST);
    assertThat(table.signal(0)).isEqualTo(48);
  }

  @Test
  void unpacksByTheFilesName() throws IOException {
    final byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    final Path gz = folder.resolve("table.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(text);
    }
    final Path xz = folder.resolve("table.csv.xz");
    try (OutputStream out = new XZOutputStream(Files.newOutputStream(xz), new LZMA2Options(0))) {
      out.write(text);
    }
    for (final Path table : List.of(gz, xz)) {
      assertThat(read(table).test(best())).isEqualTo(SyntheticTable.BEST);
    }
    final Path wrong = Files.copy(gz, folder.resolve("wrong.xz"));
    assertThatThrownBy(() -> read(wrong))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(wrong + ": the table cannot be read");
    for (final Path table : List.of(gz, xz)) {
      final byte[] whole = Files.readAllBytes(table);
      Files.write(table, Arrays.copyOf(whole, whole.length / 2));
      assertThatThrownBy(() -> read(table))
          .isInstanceOf(RunException.class)
          .hasMessage(table + ": cannot be read (it ends too early).");
    }
  }

  @Test
  void takesTheSignalFromAnotherFileOrColumn() throws IOException {
    final List<String> signal = new ArrayList<>(List.of("id,score"));
    for (int i = lines.size() - 1; i > 0; i--) {
      signal.add(i - 1 + "," + -i);
    }
    final Path file = Files.write(folder.resolve("signal.csv"), signal);
    final CellTable other =
        CellTable.read(write(lines), "cifar10", Optional.of(file), Optional.of("score"));
    assertThat(other.signal(3)).isEqualTo(-4);
    assertThat(other.test(best())).isEqualTo(SyntheticTable.BEST);
    final CellTable column =
        CellTable.read(write(lines), "cifar10", Optional.empty(), Optional.of("cifar10_test"));
    assertThat(column.signal(best())).isEqualTo(SyntheticTable.BEST);
  }

  @Test
  void aMissingCellIsNamed() throws IOException {
    lines.remove(1);
    refused("15624 of the 15625 cells, missing is for example |none~0|+|none~0|none~1|+");
  }

  @Test
  void idsAndCellsAreThereOnce() throws IOException {
    lines.set(5, lines.get(5).replaceFirst("4,", "3,"));
    refused("line 6: id '3' is there twice");
    lines.set(5, lines.get(4).replaceFirst("3,", "4,"));
    refused(
        "line 6: cell '|none~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|' is there twice");
  }

  @Test
  void textInNumbersIsRefused() throws IOException {
    final String good = lines.get(9);
    lines.set(9, good.replaceFirst("[0-9.]+$", "good"));
    refused("line 10: column 'cifar10_test': expected a number from 0 to 100, found 'good'");
    lines.set(9, good.replaceFirst("[0-9.]+$", "NaN"));
    refused("found 'NaN'");
    lines.set(9, good.replaceFirst("[0-9.]+$", "100.1"));
    refused("found '100.1'");
  }

  @Test
  void emptyAndMissingFieldsAreRefused() throws IOException {
    final String good = lines.get(9);
    lines.set(9, good.replaceFirst("[0-9.]+$", " "));
    refused("line 10: column 'cifar10_test' is empty");
    lines.set(9, good.replaceFirst(",[0-9.]+$", ""));
    refused("line 10: expected 4 fields, one per column, found 3");
    lines.set(9, "");
    refused("the table has 15624 of the 15625 cells");
    lines.set(9, good.replaceFirst(",", "\",\""));
    refused("line 10: ");
  }

  @Test
  void quotesSpacesBlankLinesAndAByteOrderMarkDoNotMatter() throws IOException {
    final CellTable plain = read(write(lines));
    final List<String> dressed = new ArrayList<>();
    for (final String line : lines) {
      final boolean quoted = dressed.size() % 2 == 1;
      dressed.add(quoted ? '"' + line.replace(",", "\",\"") + '"' : line.replace(",", " , "));
    }
    dressed.set(0, "\ufeff" + dressed.get(0));
    dressed.add(5, "");
    dressed.add("");
    final CellTable read = read(write(dressed));
    for (int cell = 0; cell < CellSpace.SIZE; cell++) {
      assertThat(read.test(cell)).isEqualTo(plain.test(cell));
      assertThat(read.signal(cell)).isEqualTo(plain.signal(cell));
    }
  }

  @Test
  void unknownCellsAreRefused() throws IOException {
    lines.set(9, lines.get(9).replaceFirst("none~0", "zero~0"));
    refused("line 10: unknown operation 'zero' in cell");
  }

  @Test
  void columnsAndFilesMustBeThere() throws IOException {
    lines.set(0, "id,cellstr,val,test");
    refused("no column 'cifar10_val', found id, cellstr, val, test");
    lines.clear();
    refused("the table is empty");
    assertThatThrownBy(() -> read(folder.resolve("none.csv")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("none.csv: the table cannot be read (no such file");
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("found a folder");
  }

  @Test
  void aSignalMustFitTheTable() throws IOException {
    final List<String> signal = new ArrayList<>(List.of("id,score"));
    for (int i = 0; i < CellSpace.SIZE; i++) {
      signal.add(i + ",1");
    }
    signal.set(3, "2,one");
    refusedSignal(signal, "line 4: column 'score': expected a number, found 'one'");
    signal.set(3, "1,1");
    refusedSignal(signal, "line 4: id '1' is there twice");
    signal.set(3, "x,1");
    refusedSignal(signal, "line 4: the table has no id 'x'");
    signal.remove(3);
    refusedSignal(signal, "15624 of the table's 15625 ids, missing is for example '2'");
    signal.set(0, "id,other");
    refusedSignal(signal, "no column 'score'");
  }

  @Test
  void theSignalsCellsMustAgree() throws IOException {
    final List<String> signal = new ArrayList<>();
    lines.forEach(line -> signal.add(line.replaceFirst(",[0-9.]+$", ",1")));
    signal.set(0, "id,cellstr,rest,score");
    signal.set(2, signal.get(2).replaceFirst("none~0", "skip_connect~0"));
    refusedSignal(signal, "line 3: id '1' is another cell in the table");
  }

  private static int best() {
    int best = 0;
    for (int edge = 0; edge < 6; edge++) {
      best = best * 5 + CellSpace.OPERATIONS.indexOf("nor_conv_3x3");
    }
    return best;
  }
}
