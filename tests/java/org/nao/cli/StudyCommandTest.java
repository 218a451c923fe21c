package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.search.algorithm.NoiseImages;
import org.nao.search.table.SyntheticTable;

class StudyCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;
  private Path config;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(Files.createDirectory(folder.resolve("data")));
    config = folder.resolve("tiny.json");
  }

  private Invocation nao(String study, String... more) {
    final List<String> arguments =
        new ArrayList<>(
            List.of(
                "study",
                study,
                "--data",
                folder.resolve("data").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--config",
                config.toString(),
                "--threads",
                "1"));
    arguments.addAll(Arrays.asList(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private void configure(String json) throws IOException {
    Files.writeString(config, json);
  }

  private static final String RANKING =
      "{\"nodes\": 2, \"validation\": 64, \"architectures\": 3, \"candidates\": 9,"
          + " \"resamples\": 20, \"standalone\": {\"channels\": 2, \"epochs\": 1, \"batch\": 16},"
          + " \"oneShot\": {\"channels\": 2, \"batch\": 16}, \"grid\": {\"factors\": [\"epochs\","
          + " \"schedule\"], \"seeds\": 1, \"epochs\": [1], \"scheduleEpochs\": [1], \"images\":"
          + " [32], \"evaluationBatch\": 32}}";

  private static final String WINNERS =
      "{\"networks\": 2, \"search\": {\"nodes\": 2, \"channels\": 2, \"batch\": 16, \"epochs\": 2,"
          + " \"rounds\": 2, \"validation\": 64, \"initialPool\": 8, \"newArchitectures\": 2,"
          + " \"supernet\": {\"evaluationImages\": 32, \"evaluationBatch\": 32}, \"controller\":"
          + " {\"epochs\": 1}, \"reranking\": {\"top\": 2, \"epochs\": 1}}, \"standalone\":"
          + " {\"channels\": 2, \"epochs\": 1, \"batch\": 16}}";

  @Test
  void rankingWritesTablesNumbersAndPlots() throws IOException {
    configure(RANKING);
    final Path out = folder.resolve("out");
    final Invocation first = nao("ranking", "--out", out.toString(), "--json");
    assertThat(first.exitCode()).as(first.err()).isZero();
    final JsonNode summary = MAPPER.readTree(first.out());
    assertThat(summary.path("conditions")).hasSize(1 + 2);
    assertThat(MAPPER.readTree(out.resolve("summary.json").toFile())).isEqualTo(summary);
    assertThat(out.resolve("ranking.md")).content().contains("table 2", "table 4", "0.436");
    assertThat(out.resolve("accuracies.csv")).content().hasLineCount(1 + 3 * 3);
    assertThat(out.resolve("scatter-epochs.svg")).content().contains("<svg");
    assertThat(out.resolve("spearman-epochs.svg"))
        .content()
        .contains("Mean and 95 % interval (bootstrap over the architectures, 20 resamples)");
    assertThat(out.resolve("ranking.md"))
        .content()
        .contains("Intervals: 95 % interval (bootstrap over the architectures, 20 resamples)");
    final Invocation again = Invocation.of("study", "ranking", "--resume", out.toString());
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).startsWith(Files.readString(out.resolve("ranking.md")));
  }

  @Test
  void aTableTakesThePlaceOfTrainingsAlone() throws IOException {
    final Path table = SyntheticTable.write(folder);
    configure(
        "{\"validation\": 64, \"architectures\": 4, \"candidates\": 9, \"resamples\": 20,"
            + " \"oneShot\": {\"channels\": 2, \"batch\": 16}, \"grid\": {\"factors\": [\"epochs\"],"
            + " \"seeds\": 1, \"epochs\": [1, 2], \"images\": [32], \"evaluationBatch\": 32}}");
    final Path out = folder.resolve("out");
    final Invocation first =
        nao("ranking", "--table", table.toString(), "--out", out.toString(), "--json");
    assertThat(first.exitCode()).as(first.err()).isZero();
    final JsonNode summary = MAPPER.readTree(first.out());
    assertThat(summary.path("conditions")).hasSize(2);
    assertThat(summary.path("chosenBy").asText()).isEqualTo("cifar10_val");
    assertThat(summary.path("reportedBy").asText()).isEqualTo("cifar10_test");
    assertThat(summary.at("/chosen/metrics/spearmans_rho")).isNotEmpty();
    assertThat(MAPPER.readTree(out.resolve("summary.json").toFile())).isEqualTo(summary);
    final Invocation again = Invocation.of("study", "ranking", "--resume", out.toString());
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).startsWith(Files.readString(out.resolve("ranking.md")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--table t --standalone-epochs 3; --table replaces",
        "--table t --keep-weights; --table replaces",
        "--table t --space nao-small; must be nasbench201",
        "--table t --out out; the table cannot be read",
        "--dataset cifar100; --dataset, --scores, --score-batch, --combine and --labels need --table",
      })
  void tablesAreOfOneSpaceAndNeedNoTrainings(String options, String message) {
    final List<String> words = new ArrayList<>(List.of("study", "ranking"));
    words.addAll(List.of(options.split(" ")));
    final Invocation refused = Invocation.of(words.toArray(String[]::new));
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.err()).contains(message).hasLineCount(1);
  }

  @Test
  void ablationAndStabilityShareTheirSearches() throws IOException {
    configure(WINNERS);
    final Path out = folder.resolve("ablation");
    final Invocation ablation = nao("ablation", "--out", out.toString(), "--json");
    assertThat(ablation.exitCode()).as(ablation.err()).isZero();
    final JsonNode rows = MAPPER.readTree(ablation.out()).path("rows");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).path("networks")).hasSize(2);
    final String interval = "95 % interval of the mean (Student's t)";
    assertThat(out.resolve("ablation.md")).content().contains("table 5", "2.67", interval);
    assertThat(out.resolve("errors.svg")).content().contains("Mean and " + interval);
    final Invocation stability =
        nao("stability", "--out", folder.resolve("stability").toString(), "--json");
    assertThat(stability.exitCode()).as(stability.err()).isZero();
    assertThat(MAPPER.readTree(stability.out()).path("rows").get(0).path("networks"))
        .isEqualTo(rows.get(0).path("networks"));
    final Invocation seeds =
        nao(
            "stability",
            "--winners",
            "seeds",
            "--out",
            folder.resolve("seeds").toString(),
            "--json");
    final JsonNode networks = MAPPER.readTree(seeds.out()).path("rows").get(0).path("networks");
    assertThat(networks).hasSize(2);
    assertThat(networks.get(0).path("seed").asLong() + 1)
        .isEqualTo(networks.get(1).path("seed").asLong());
  }

  @Test
  void aFolderOfAnotherStudyIsLeftAlone() throws IOException {
    configure(RANKING);
    final Path out = folder.resolve("out");
    assertThat(nao("ranking", "--out", out.toString()).exitCode()).isZero();
    final Invocation other = nao("ranking", "--out", out.toString(), "--seed", "5");
    assertThat(other.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("another configuration");
  }

  @Test
  void badOptionsAreOneSentence() throws IOException {
    configure(WINNERS);
    final Invocation factor = Invocation.of("study", "ranking", "--factors", "colour");
    assertThat(factor.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(factor.err()).contains("--factors").hasLineCount(1);
    final Invocation networks = nao("stability", "--networks", "3");
    assertThat(networks.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(networks.err()).contains("networks is 3").hasLineCount(1);
    final Invocation algorithm = Invocation.of("study", "stability", "--algorithm", "x");
    assertThat(algorithm.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(algorithm.err()).contains("unknown algorithm").hasLineCount(1);
    final Invocation resumed =
        Invocation.of("study", "ranking", "--resume", folder.toString(), "--seed", "1");
    assertThat(resumed.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err()).contains("--resume goes on with").hasLineCount(1);
  }

  @Test
  void computesInFp32OnOwnKernels() throws IOException {
    configure(RANKING);
    for (final String option : List.of("--precision", "--libraries")) {
      final Invocation refused =
          nao("ranking", option, option.equals("--precision") ? "tf32" : "auto");
      assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("--precision and --libraries are for").hasLineCount(1);
    }
    for (final String key : List.of("\"precision\": \"tf32\"", "\"libraries\": \"auto\"")) {
      configure(WINNERS.replace("\"search\": {", "\"search\": {" + key + ", "));
      final Invocation refused = nao("stability");
      assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("search.precision must be fp32").hasLineCount(1);
    }
  }

  @Test
  void dartsWinsOncePerSearch() {
    final Invocation shown =
        Invocation.of("study", "stability", "--algorithm", "darts", "--show-config");
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("\"winners\" : \"seeds\"");
    final Invocation top =
        Invocation.of("study", "stability", "--algorithm", "darts", "--winners", "top");
    assertThat(top.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(top.err()).contains("networks is 5, more than the 1 best that a search trains");
  }

  @Test
  void theRankingNeedsASupernet() {
    final Invocation ranking = Invocation.of("study", "ranking", "--space", "darts");
    assertThat(ranking.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ranking.err())
        .contains("--space is darts, which has only a mixed network")
        .hasLineCount(1);
  }

  @Test
  void genotypesAreTrainedAlone() throws IOException {
    configure(
        "{\"networks\": 2, \"search\": {\"layers\": 3, \"channels\": 2, \"batch\": 16, \"epochs\":"
            + " 1, \"validation\": 64, \"supernet\": {\"evaluationBatch\": 32}, \"reranking\": {\"epochs\": 1}}, \"standalone\":"
            + " {\"layers\": 3, \"channels\": 2, \"batch\": 16, \"epochs\": 1}}");
    final Invocation stability =
        nao(
            "stability",
            "--algorithm",
            "darts",
            "--out",
            folder.resolve("darts").toString(),
            "--json");
    assertThat(stability.exitCode()).as(stability.err()).isZero();
    final JsonNode networks = MAPPER.readTree(stability.out()).path("rows").get(0).path("networks");
    assertThat(networks).hasSize(2);
    assertThat(networks.get(0).path("architecture").asText()).startsWith("Genotype(");
  }
}
