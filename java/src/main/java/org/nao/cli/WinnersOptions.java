package org.nao.cli;

import java.nio.file.Path;
import org.nao.study.winners.WinnersConfig;
import org.nao.study.winners.WinnersConfig.Winners;
import org.nao.study.winners.WinnersReport;
import org.nao.study.winners.WinnersResult;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches and the training of their winners. */
final class WinnersOptions {
  private static final String SEARCH = "search.";

  @Mixin private StudyRun study;
  @Mixin private DataOptions data;
  @Mixin private SpaceOptions space;
  @Mixin private SizeOptions size;
  @Mixin private TrainingOptions training;
  @Mixin private PoolOptions pool;

  @Option(
      names = "--winners",
      paramLabel = "WHICH",
      description =
          "top: the best of one search (default), or seeds: the best of each of several (for darts,"
              + " whose search has one).")
  private Winners winners;

  @Option(names = "--networks", paramLabel = "R", description = "How many (default 5).")
  private Integer networks;

  @Option(
      names = "--standalone-epochs",
      paramLabel = "E",
      description = "Epochs of each winner's training.")
  private Integer standaloneEpochs;

  @Option(
      names = "--repeats",
      paramLabel = "R",
      description = "Trainings of each winner; their mean counts.")
  private Integer repeats;

  /** Runs a study. */
  int call(String name, String algorithm, StudyRun.Opening<WinnersConfig, WinnersResult> opening) {
    return study.call(
        name,
        WinnersConfig.class,
        preset -> WinnersConfig.preset(preset, algorithm),
        SEARCH,
        given(),
        opening,
        this::finish);
  }

  private void finish(WinnersConfig config, WinnersResult result, Path folder) {
    final WinnersReport report = new WinnersReport(config, result);
    report.write(folder);
    if (study.output().json()) {
      study.output().object(result);
    } else {
      study.output().text(report.markdown());
      study.output().line("");
      study.output().line("Tables, numbers and plots are in " + folder + ".");
    }
  }

  private Given given() {
    return new Given()
        .putAll(data.given().under(SEARCH))
        .putAll(space.given().under(SEARCH))
        .putAll(size.given().under(SEARCH))
        .putAll(size.given().under("standalone."))
        .putAll(training.given().under(SEARCH))
        .putAll(pool.given().under(SEARCH))
        .put("--winners", "winners", winners)
        .put("--networks", "networks", networks)
        .put("--standalone-epochs", "standalone.epochs", standaloneEpochs)
        .put("--repeats", "standalone.repeats", repeats);
  }
}
