package org.nao.study.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.nao.engine.Device;
import org.nao.model.Evaluation;
import org.nao.model.ModelFile;
import org.nao.model.ModelImages;
import org.nao.model.OpenModel;
import org.nao.run.ConfigFiles;
import org.nao.run.Interrupted;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.NoiseImages;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.Conduct;

class RankingStudyTest {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void makeData() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    NoiseImages.write(data);
  }

  private RankingConfig config(String cache, Object... keysAndValues) {
    return TinyStudy.config(data, folder.resolve(cache), keysAndValues);
  }

  private static Optional<String> report(RankingConfig config, StopRequest stop) {
    try (RankingStudy study = new RankingStudy(config, new Conduct(stop, sentence -> {}))) {
      return study.run().map(result -> new RankingReport(config, result).markdown());
    }
  }

  /** Jobs that are done at the same time have the bits of those in turn. */
  @Test
  void theReportDoesNotDependOnHowManyJobsAreDoneAtOnce() {
    final RankingConfig config = config("in turn", "grid.factors", List.of(Factor.EPOCHS));
    final RankingConfig again = config("at once", "grid.factors", List.of(Factor.EPOCHS));
    final Optional<String> report = report(config, new StopRequest());
    try (RankingStudy study =
        new RankingStudy(again, new Conduct(new StopRequest(), sentence -> {}, 3))) {
      assertThat(study.run().map(result -> new RankingReport(config, result).markdown()))
          .isEqualTo(report)
          .isPresent();
    }
  }

  private static RankingResult result(RankingConfig config) {
    try (RankingStudy study =
        new RankingStudy(config, new Conduct(new StopRequest(), sentence -> {}))) {
      return study.run().orElseThrow();
    }
  }

  private static List<String> trainings(Path cache) throws IOException {
    try (Stream<Path> folders = Files.list(cache)) {
      return folders.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  /** What a factor changes reaches the one-shot accuracies, and nothing else changes them. */
  @Test
  void everyConditionOfAFactorDiffers() {
    final RankingConfig config =
        config("cache", "grid.factors", List.of(Factor.values()), "oneShot.batch", 4);
    final RankingResult result = result(config);
    for (final Factor factor : Factor.values()) {
      final List<Condition> conditions = config.grid().conditions(factor);
      assertThat(conditions).as(factor.title()).hasSizeGreaterThan(1);
      assertThat(
              conditions.stream()
                  .map(each -> result.conditions().get(each).accuracies().get(0))
                  .map(each -> Arrays.toString(each)))
          .as(factor.title())
          .doesNotHaveDuplicates();
    }
    assertThat(result.ceiling()).isEmpty();
  }

  @Test
  void comparesArchitecturesOfSomeOperations() throws IOException {
    final Object[] options = {"grid.factors", List.of("epochs"), "space", "nao-middle"};
    final RankingConfig some =
        ConfigFiles.resolve(
            config("cache", options), Optional.empty(), Map.of("operations", "identity,zero"));
    final RankingResult result = result(some);
    final SearchSpace space = SearchSpace.named("nao-middle", 2, "zero,identity");
    assertThat(result.architectures().get(Condition.Sizes.DIVERSE))
        .hasSize(4)
        .allSatisfy(each -> ArchitectureFormat.integers(space).parse(each.architecture()));
    assertThat(new RankingReport(some, result).markdown())
        .contains("4 random architectures of nao-middle (zero, identity) on data");
    final List<String> before = trainings(folder.resolve("cache"));
    result(some);
    assertThat(trainings(folder.resolve("cache"))).isEqualTo(before);
    result(config("cache", options));
    assertThat(trainings(folder.resolve("cache"))).hasSizeGreaterThan(before.size());
  }

  @Test
  void aStoppedStudyGoesOnToTheSameResult() throws IOException {
    final Object[] options = {
      "grid.factors", List.of("epochs", "split", "weights"), "standalone.epochs", 3
    };
    final Optional<String> whole = report(config("whole", options), new StopRequest());
    final String found =
        Interrupted.run(stop -> report(config("stopped", options), stop), () -> {});
    assertThat(found).isEqualTo(whole.orElseThrow());
  }

  @Test
  void severalAtOnceShareTheTrainingsAndFindTheSame() throws Exception {
    final Optional<String> alone = report(config("alone"), new StopRequest());
    final ExecutorService pool = Executors.newFixedThreadPool(3);
    final Callable<Optional<String>> one = () -> report(config("shared"), new StopRequest());
    for (final Future<Optional<String>> each : pool.invokeAll(List.of(one, one, one))) {
      assertThat(each.get()).isEqualTo(alone);
    }
    pool.shutdown();
    assertThat(trainings(folder.resolve("shared"))).isEqualTo(trainings(folder.resolve("alone")));
  }

  @Test
  void trainingsAreFoundAgainUnlessSomethingThatMattersDiffers() throws IOException {
    final Object[] few = {"grid.factors", List.of("epochs")};
    final Path cache = folder.resolve("cache");
    report(config("cache", few), new StopRequest());
    final List<String> first = trainings(cache);
    assertThat(first).hasSize(4 + 2);
    report(config("cache", "grid.factors", List.of("epochs"), "resamples", 70), new StopRequest());
    assertThat(trainings(cache)).isEqualTo(first);
    report(
        config("cache", "grid.factors", List.of("epochs"), "standalone.epochs", 2),
        new StopRequest());
    assertThat(trainings(cache)).hasSize(first.size() + 4).containsAll(first);
    report(config("cache", "grid.factors", List.of("epochs"), "grid.seeds", 2), new StopRequest());
    assertThat(trainings(cache)).hasSize(first.size() + 4 + 2);
  }

  /** Also where the trainings were done before without. */
  @Test
  void keepsTheNetworksTrainedAlone() throws IOException {
    final Object[] few = {"grid.factors", List.of("epochs"), "standalone.repeats", 2};
    final RankingResult before = result(config("cache", few));
    final Object[] kept = Arrays.copyOf(few, few.length + 2);
    kept[few.length] = "keepWeights";
    kept[few.length + 1] = true;
    final Path run = Files.createDirectory(folder.resolve("run"));
    try (RankingStudy study =
        new RankingStudy(config("cache", kept), new Conduct(new StopRequest(), sentence -> {}))) {
      assertThat(study.run().orElseThrow().architectures()).isEqualTo(before.architectures());
      study.keep(run);
    }
    final List<String> lines = Files.readAllLines(run.resolve("models.csv"));
    assertThat(lines).hasSize(1 + 4 * 2);
    final List<RankingResult.Scored> scored = before.architectures().get(Condition.Sizes.DIVERSE);
    for (int i = 0; i < scored.size(); i++) {
      for (int j = 0; j < 2; j++) {
        final String name = "models/diverse-%d-%d.safetensors".formatted(i + 1, j + 1);
        assertThat(lines.get(1 + 2 * i + j))
            .startsWith(name + "," + scored.get(i).architecture() + ",")
            .endsWith("," + scored.get(i).accuracies().get(j));
        assertThat(accuracy(run.resolve(name))).isEqualTo(scored.get(i).accuracies().get(j));
      }
    }
  }

  /** On the test images. */
  private static double accuracy(Path file) {
    final ModelFile model = ModelFile.open(file);
    final ModelImages images =
        ModelImages.load(model, Optional.empty(), ModelImages.Part.TEST, false);
    try (Device device = Device.open("cpu", 1);
        OpenModel open = new OpenModel(device, model)) {
      return Evaluation.of(
              open, model.info(), images.set(), images.indices(), 16, "", new StopRequest())
          .top1();
    }
  }

  @Test
  void twoStandaloneTrainingsOfEachShowTheCeiling() {
    final RankingConfig config =
        config("cache", "grid.factors", List.of("epochs"), "standalone.repeats", 2);
    final RankingResult result = result(config);
    assertThat(result.ceiling()).isPresent();
    assertThat(result.architectures().get(Condition.Sizes.DIVERSE))
        .allSatisfy(each -> assertThat(each.accuracies()).hasSize(2));
  }

  @Test
  void similarSizesAreNearerThanDiverseOnes() {
    final RankingResult result = result(config("cache", "grid.factors", List.of("sizes")));
    assertThat(spread(result, Condition.Sizes.SIMILAR))
        .isLessThan(spread(result, Condition.Sizes.DIVERSE));
  }

  private static long spread(RankingResult result, Condition.Sizes sizes) {
    final var statistics =
        result.architectures().get(sizes).stream()
            .mapToLong(RankingResult.Scored::parameters)
            .summaryStatistics();
    return statistics.getMax() - statistics.getMin();
  }

  /** Trainings of one architecture a step have the name that they had before there were others. */
  @Test
  void stepsOfOneArchitectureAreNotNamed() throws IOException {
    final Object[] options = {"grid.factors", List.of("steps"), "oneShot.batch", 4};
    result(config("cache", options));
    final List<String> keys = new ArrayList<>();
    for (final String name : trainings(folder.resolve("cache"))) {
      if (name.startsWith("oneshot-")) {
        final String key =
            Files.readString(folder.resolve("cache").resolve(name).resolve("config.json"));
        keys.add(key.replaceAll("(?s).*\"sampling\"\\s*:\\s*\"(\\w+)\",?(.*)", "$1 $2"));
      }
    }
    assertThat(keys)
        .satisfiesExactlyInAnyOrder(
            key -> assertThat(key).startsWith("uniform").doesNotContain("architecturesPerStep"),
            key -> assertThat(key).startsWith("uniform").contains("\"architecturesPerStep\" : 5"),
            key -> assertThat(key).startsWith("fair").contains("\"architecturesPerStep\" : 5"),
            key -> assertThat(key).startsWith("sandwich").contains("\"architecturesPerStep\" : 5"));
  }

  /** One number is compared as several kinds of steps, several numbers as one kind. */
  @Test
  void numbersOfArchitecturesAStepAreCompared() {
    final RankingConfig config =
        config(
            "cache",
            "grid.factors",
            List.of("steps"),
            "grid.architecturesPerStep",
            new int[] {2, 4},
            "oneShot.batch",
            4);
    assertThat(config.grid().conditions(Factor.STEPS))
        .extracting(each -> each.value(Factor.STEPS))
        .containsExactly(
            "uniform, 1 architecture", "uniform, 2 architectures", "uniform, 4 architectures");
    assertThat(config("cache", "grid.architecturesPerStep", 5).grid().architecturesPerStep())
        .containsExactly(5);
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> config("cache", "grid.splits", new int[] {8}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid.splits");
    assertThatThrownBy(() -> config("cache", "grid.architecturesPerStep", new int[] {1, 4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid.architecturesPerStep");
    assertThatThrownBy(
            () -> config("cache", "grid.factors", List.of("steps"), "grid.architecturesPerStep", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid.architecturesPerStep is 4, must be 5");
    assertThatThrownBy(() -> config("cache", "grid.images", new int[] {33}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("evaluationBatch");
    assertThatThrownBy(() -> config("cache", "validation", 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validation");
    assertThatThrownBy(() -> config("cache", "architectures", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("architectures");
  }
}
