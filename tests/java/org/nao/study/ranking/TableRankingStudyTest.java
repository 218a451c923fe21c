package org.nao.study.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.data.DataSource;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.run.ConfigFiles;
import org.nao.run.Interrupted;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.NoiseImages;
import org.nao.search.table.SyntheticTable;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.Conduct;
import org.nao.study.statistics.RankCorrelation;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

class TableRankingStudyTest {
  @TempDir private Path folder;
  private Path data;
  private Path table;

  @BeforeEach
  void makeDataAndTable() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    NoiseImages.write(data);
    table = SyntheticTable.write(folder);
  }

  private TableRankingConfig config(String cache, Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", data.toString());
    options.put("table", table.toString());
    options.put("cache", folder.resolve(cache).toString());
    options.put("threads", 1);
    options.put("validation", 64);
    options.put("architectures", 6);
    options.put("candidates", 20);
    options.put("resamples", 50);
    options.put("best", 0.5);
    options.put("scores", List.of("synflow", "naswot"));
    options.put("scoreBatch", 4);
    options.put("oneShot.channels", 2);
    options.put("oneShot.batch", 8);
    options.put("grid.factors", List.of("epochs", "sizes"));
    options.put("grid.seeds", 2);
    options.put("grid.epochs", new int[] {1, 2});
    options.put("grid.sizeEpochs", new int[] {1});
    options.put("grid.images", new int[] {32});
    options.put("grid.evaluationBatch", 32);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return ConfigFiles.resolve(
        TableRankingConfig.preset("quick"),
        TableRankingConfig.class,
        Optional.empty(),
        options,
        Map.of());
  }

  private static Optional<String> report(TableRankingConfig config, StopRequest stop) {
    try (TableRankingStudy study =
        new TableRankingStudy(config, new Conduct(stop, sentence -> {}))) {
      return study.run().map(TableRankingReport::markdown);
    }
  }

  private List<String[]> rows(String file) throws IOException {
    final List<String[]> rows = new ArrayList<>();
    for (final String line : Files.readAllLines(folder.resolve("out").resolve(file))) {
      rows.add(
          line.replace("\"counts, diverse\"", "counts")
              .replace("\"scores, diverse\"", "scores")
              .split(","));
    }
    return rows;
  }

  private void write(TableRankingConfig config) throws IOException {
    try (TableRankingStudy study =
        new TableRankingStudy(config, new Conduct(new StopRequest(), sentence -> {}))) {
      study.run().orElseThrow().write(Files.createDirectory(folder.resolve("out")));
    }
  }

  /** The table's validation accuracies are two below its test accuracies: both rank alike. */
  @Test
  void accuraciesAndRanksAreTheTables() throws IOException {
    write(config("cache", "grid.factors", List.of("epochs")));
    final Map<String, Double> test = new HashMap<>();
    for (final String line : SyntheticTable.lines().subList(1, 15_626)) {
      final String[] fields = line.split(",");
      test.put(fields[1], Double.parseDouble(fields[3]) / 100);
    }
    final List<String[]> accuracies = rows("accuracies.csv");
    assertThat(accuracies).hasSize(1 + 2 * 2 * 6);
    for (final String[] row : accuracies.subList(1, accuracies.size())) {
      assertThat(Double.parseDouble(row[6])).isEqualTo(test.get(row[3]));
      assertThat(Double.parseDouble(row[5])).isEqualTo(test.get(row[3]) - 0.02, offset());
    }
    final List<String[]> picks = rows("picks.csv");
    assertThat(picks).hasSize(1 + 2 * 2);
    for (final String[] pick : picks.subList(1, picks.size())) {
      final double own = test.get(pick[3]);
      final long better = test.values().stream().filter(each -> each > own).count();
      assertThat(Long.parseLong(pick[7])).isEqualTo(better + 1);
      assertThat(pick[5]).isEqualTo(pick[7]);
      // It has the highest one-shot accuracy of its condition and seed.
      final double score = oneShot(accuracies, pick[1], pick[2], pick[3]);
      assertThat(
              accuracies.stream()
                  .filter(row -> row[1].equals(pick[1]) && row[2].equals(pick[2]))
                  .mapToDouble(row -> Double.parseDouble(row[7]))
                  .max())
          .hasValue(score);
    }
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.data.Offset.offset(1e-12);
  }

  private static double oneShot(
      List<String[]> rows, String condition, String seed, String architecture) {
    return rows.stream()
        .filter(row -> row[1].equals(condition) && row[2].equals(seed))
        .filter(row -> row[3].equals(architecture))
        .mapToDouble(row -> Double.parseDouble(row[7]))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyMetricOfBothColumnsIsWritten() throws IOException {
    write(config("cache", "grid.factors", List.of("epochs")));
    // Three counts, two scores, two conditions and two combinations, two columns, seven metrics.
    assertThat(rows("conditions.csv")).hasSize(1 + (3 + 2 + 2 + 2) * 2 * 7);
    // Of the conditions one, of the combinations two with live weights and one with each other.
    assertThat(rows("differences.csv")).hasSize(1 + (1 + 3) * 2 * 7);
    assertThat(rows("seeds.csv")).hasSize(1 + 2 * 2 * 2 * 7);
    for (final String file : List.of("scatter-epochs.svg", "summary.json", "ranking.md")) {
      assertThat(folder.resolve("out").resolve(file)).isNotEmptyFile();
    }
    assertThat(folder.resolve("out").resolve("ranking.md"))
        .content()
        .contains(
            "accuracies of table.csv (cifar10_test; conditions are chosen by cifar10_val)",
            "By cifar10_val and the first seed the best condition is",
            "; by cifar10_test and the other seed it has",
            "2 epochs less 1 epoch",
            "bootstrap over architectures and seeds, 50 resamples");
    final Map<String, Double> parameters = new HashMap<>();
    for (final String[] row : rows("conditions.csv")) {
      if (row[1].equals("parameters") && row[2].equals("cifar10_test")) {
        parameters.put(row[3], row[4].isEmpty() ? Double.NaN : Double.parseDouble(row[4]));
      }
    }
    assertThat(parameters.get("spearmans_rho")).isPositive();
    assertThat(parameters.get("rho_given_parameters")).isNaN();
  }

  /** What chooses says nothing of what was chosen: other seeds and the other column do. */
  @Test
  void theChosenConditionIsReportedByOtherSeeds() throws IOException {
    write(config("cache", "grid.factors", List.of("epochs"), "grid.seeds", 3));
    final Map<String, Map<String, Double>> rho = new HashMap<>();
    for (final String[] row : rows("seeds.csv")) {
      if (row[4].equals("spearmans_rho")) {
        rho.computeIfAbsent(row[1], each -> new HashMap<>())
            .put(row[2] + row[3], Double.parseDouble(row[5]));
      }
    }
    final String chosen =
        rho.keySet().stream()
            .max(Comparator.comparingDouble(each -> rho.get(each).get("1cifar10_val")))
            .orElseThrow();
    final JsonNode summary =
        new ObjectMapper().readTree(folder.resolve("out").resolve("summary.json").toFile());
    assertThat(summary.get("choosingSeeds").asInt()).isEqualTo(1);
    assertThat(summary.get("chosen").get("condition").asText()).isEqualTo(chosen);
    assertThat(summary.at("/chosen/metrics/spearmans_rho/mean").asDouble())
        .isEqualTo(
            (rho.get(chosen).get("2cifar10_test") + rho.get(chosen).get("3cifar10_test")) / 2,
            offset());
  }

  @Test
  void scoresWithoutTrainingAreTheCommands() throws IOException {
    final TableRankingConfig config = config("cache", "grid.factors", List.of("epochs"));
    write(config);
    final Map<String, Double> cells = new LinkedHashMap<>();
    rows("accuracies.csv").stream()
        .skip(1)
        .forEach(row -> cells.put(row[3], Double.parseDouble(row[6])));
    final ImageSet set = DataSource.resolve(data.toString()).load(ImageForm.of(0)).training();
    final SearchSpace space = config.searchSpace();
    final NetworkShape shape =
        new NetworkShape(
            config.oneShot().layers(),
            config.oneShot().channels(),
            set.channels(),
            set.height(),
            set.width(),
            set.classes(),
            false);
    try (Device device = Device.open("cpu", 1)) {
      // It sees no images.
      final UntrainedScores scores =
          new UntrainedScores(
              space, shape, device, set, null, new int[0], Purpose.UNTRAINED.seed(1, 0));
      final double[] found =
          cells.keySet().stream()
              .map(each -> ArchitectureFormat.parseAny(space, each))
              .mapToDouble(each -> scores.of(each, EnumSet.of(Score.SYNFLOW)).get(Score.SYNFLOW))
              .toArray();
      final double[] test = cells.values().stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(
              rows("conditions.csv").stream()
                  .filter(row -> row[1].equals("synflow") && row[2].equals("cifar10_test"))
                  .filter(row -> row[3].equals("spearmans_rho"))
                  .map(row -> Double.parseDouble(row[4])))
          .containsExactly(RankCorrelation.of(found, test).spearmansRho());
    }
    assertThat(folder.resolve("out").resolve("ranking.md")).content().contains("| synflow |");
    assertThat(folder.resolve("out").resolve("summary.json")).content().contains("\"naswot\"");
  }

  @Test
  void scoresAreFoundAgainByTheirNames() throws IOException {
    report(config("cache", "grid.factors", List.of("epochs")), new StopRequest());
    final List<String> before = trainings("cache");
    assertThat(before.stream().filter(each -> each.startsWith("untrained-"))).hasSize(2);
    final Optional<String> report =
        report(
            config(
                "cache", "grid.factors", List.of("epochs"), "scores", List.of("az_nas", "naswot")),
            new StopRequest());
    // Ranks of four parts, of which one is a count.
    assertThat(trainings("cache")).hasSize(before.size() + 4).containsAll(before);
    assertThat(report.orElseThrow()).contains("| az_nas |").doesNotContain("az_expressivity");
  }

  @Test
  void aStoppedStudyGoesOnToTheSameResult() throws IOException {
    final Optional<String> whole = report(config("whole"), new StopRequest());
    final String found = Interrupted.run(stop -> report(config("stopped"), stop), () -> {});
    assertThat(found).isEqualTo(whole.orElseThrow());
  }

  @Test
  void severalAtOnceShareTheTrainingsAndFindTheSame() throws Exception {
    final Optional<String> alone = report(config("alone"), new StopRequest());
    final ExecutorService pool = Executors.newFixedThreadPool(2);
    final Callable<Optional<String>> one = () -> report(config("shared"), new StopRequest());
    for (final Future<Optional<String>> each : pool.invokeAll(List.of(one, one))) {
      assertThat(each.get()).isEqualTo(alone);
    }
    pool.shutdown();
    assertThat(trainings("shared")).isEqualTo(trainings("alone"));
  }

  /** Supernets only, two seeds of each of three trainings; two scores of two sets. */
  @Test
  void nothingIsTrainedAlone() throws IOException {
    report(config("cache"), new StopRequest());
    assertThat(trainings("cache").stream().filter(each -> each.startsWith("oneshot-")))
        .hasSize(2 * 3);
    assertThat(trainings("cache").stream().filter(each -> each.startsWith("untrained-")))
        .hasSize(2 * 2);
    assertThat(trainings("cache")).hasSize(2 * 3 + 2 * 2);
  }

  private List<String> trainings(String cache) throws IOException {
    try (Stream<Path> folders = Files.list(folder.resolve(cache))) {
      return folders.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void otherSpacesHaveNoTable() {
    assertThatThrownBy(() -> config("cache", "space", "nao-small", "nodes", 5))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("must be nasbench201");
    assertThatThrownBy(() -> config("cache", "best", 0)).hasMessageContaining("best");
    assertThatThrownBy(() -> config("cache", "scores", List.of("macs")))
        .hasMessageContaining("scores has macs, which every study counts");
    assertThatThrownBy(() -> config("cache", "scores", List.of("loss")))
        .hasMessageContaining("unknown score 'loss'");
    assertThatThrownBy(() -> report(config("cache", "scoreBatch", 33), new StopRequest()))
        .hasMessageContaining("scoreBatch is 33, allowed are 2 to 32");
  }

  /** Everything counts as the best, so that a cell's own accuracy would show in its prediction. */
  @Test
  void combinedScoresKnowNothingOfTheirOwnAccuracies() throws IOException {
    final TableRankingConfig config =
        config(
            "cache",
            "architectures",
            20,
            "grid.factors",
            List.of("epochs"),
            "labels",
            List.of(0, 10, 17),
            "combine",
            List.of("macs", "naswot"));
    write(config);
    final List<String[]> rows = rows("conditions.csv");
    final List<String> names =
        rows.stream()
            .filter(row -> row[0].equals("combined"))
            .map(row -> row[1])
            .distinct()
            .toList();
    // Seventeen are more than the sixteen of four folds.
    assertThat(names).hasSize(4).noneMatch(name -> name.contains("17"));
    final String text = Files.readString(folder.resolve("out/ranking.md"));
    assertThat(text)
        .contains("## Combined")
        .contains("untrained + one-shot + 10 labels less untrained + 10 labels")
        .contains("untrained + one-shot + 0 labels less live weights");
  }

  @Test
  void whatIsNotScoredIsNotCombined() {
    assertThatThrownBy(() -> config("cache", "combine", List.of("snip")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("combine has snip, which scores do not have");
  }
}
