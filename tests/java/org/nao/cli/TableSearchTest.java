package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.search.table.SyntheticTable;

class TableSearchTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path folder;
  private static String table;

  @BeforeAll
  static void writeTable() throws IOException {
    table = SyntheticTable.write(folder).toString();
  }

  private static Invocation search(String... options) {
    final List<String> words = new ArrayList<>(List.of("table", "search", "--table", table));
    words.addAll(List.of(options));
    return Invocation.of(words.toArray(String[]::new));
  }

  @Test
  void searchesAndReportsBesideRandomSearchAndEvolution() throws IOException {
    final Path out = folder.resolve("nao");
    final Invocation done =
        search("--queries", "60", "--runs", "2", "--seed", "5", "--out", out.toString());
    assertThat(done.exitCode()).isZero();
    assertThat(done.out())
        .contains("nao-v2", "random", "evolution", "mean +- standard deviation of 2 searches")
        .contains("nao-v2 - evolution at 60 queries", "the best cell of the table has 86.000");
    assertThat(done.lines())
        .anyMatch(line -> line.matches(" +60( +\\d+\\.\\d{3} \\+- \\d\\.\\d{3}){3}"));
    final ObjectNode summary = (ObjectNode) MAPPER.readTree(out.resolve("summary.json").toFile());
    summary.remove("checksum");
    assertThat(summary.at("/algorithms/0/mean")).hasSize(60);
    assertThat(summary.at("/config/seed").asInt()).isEqualTo(5);
    assertThat(Files.readAllLines(out.resolve("accuracy.csv")))
        .hasSize(1 + 3 * 60)
        .startsWith("algorithm,queries,mean,deviation,runs");
    assertThat(Files.readString(out.resolve("accuracy.svg")))
        .contains("<svg", "Mean of 2 searches; shaded: 95 % interval of the mean (Student's t)");

    final Invocation resumed =
        Invocation.of("table", "search", "--resume", out.toString(), "--json");
    assertThat(resumed.exitCode()).isZero();
    assertThat(MAPPER.readTree(resumed.out())).isEqualTo(summary);

    final Invocation more =
        Invocation.of("table", "search", "--resume", out.toString(), "--runs", "3", "--json");
    assertThat(MAPPER.readTree(more.out()).at("/algorithms/2/runs").asInt()).isEqualTo(3);
    final Invocation trained = Invocation.of("search", "--resume", out.toString());
    assertThat(trained.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(trained.err()).contains("go on with nao table search --resume " + out);
    final Invocation other =
        Invocation.of("table", "search", "--resume", out.toString(), "--queries", "9");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("--resume goes on with the configuration of the run");
  }

  @Test
  void theConfigurationIsShownAndTakenBack() throws IOException {
    final Invocation shown =
        search("--algorithm", "evolution", "--preset", "paper", "--show-config");
    final JsonNode config = MAPPER.readTree(shown.out());
    assertThat(config.path("runs").asInt()).isEqualTo(500);
    assertThat(config.path("algorithm").asText()).isEqualTo("evolution");
    assertThat(config.path("table").asText()).isEqualTo(table);
    final Path file = Files.writeString(folder.resolve("config.json"), shown.out());
    final Invocation again =
        Invocation.of(
            "table", "search", "--config", file.toString(), "--runs", "7", "--show-config");
    assertThat(MAPPER.readTree(again.out()).path("runs").asInt()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--algorithm darts;algorithm 'darts' does not search in a table, allowed: nao-v2, random",
        "--queries 0;--queries is 0, allowed are 1 to 15625",
        "--layers 3;unknown option --layers",
        "--preset slow;unknown preset 'slow', expected quick or paper"
      })
  void unfitOptionsAreUsageErrors(String optionAndMessage) {
    final String[] parts = optionAndMessage.split(";", 2);
    final Invocation refused = search(parts[0].split(" "));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains(parts[1]).hasLineCount(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void onlyNaoTakesTheKeysOfItsController() throws IOException {
    final Path file = folder.resolve("nao.json");
    Files.writeString(file, "{\"nao\": {\"steps\": 3}}");
    final Invocation refused =
        search("--config", file.toString(), "--algorithm", "spos", "--show-config");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains("nao.steps is 3, which the algorithm spos does not use; only nao-v2 does");
    assertThat(search("--config", file.toString(), "--show-config").out())
        .contains("\"steps\" : 3");
  }

  @Test
  void theTableIsNeededAndMustBeReadable() {
    final Invocation without = Invocation.of("table", "search");
    assertThat(without.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("--table FILE with the accuracies is needed");
    final Path out = folder.resolve("unread");
    final Invocation missing =
        Invocation.of("table", "search", "--table", "no.csv", "--out", out.toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("no.csv: the table cannot be read (no such file");
    assertThat(out).doesNotExist();
  }

  @Test
  void theFormatOfTheTableIsDocumentedAndChecked() throws IOException {
    final Invocation format = Invocation.of("table", "format");
    assertThat(format.exitCode()).isZero();
    assertThat(format.out()).contains(SyntheticTable.HEADER, "15,625", "nor_conv_3x3");
    final Invocation whole = Invocation.of("table", "check", table);
    assertThat(whole.exitCode()).isZero();
    assertThat(whole.out()).contains("is whole", "86.000");
    final Path broken = folder.resolve("broken.csv");
    Files.writeString(broken, SyntheticTable.HEADER + "\n");
    final Invocation refused = Invocation.of("table", "check", broken.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("0 of the 15625 cells");
  }
}
