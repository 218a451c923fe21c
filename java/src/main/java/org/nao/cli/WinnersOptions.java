package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    given.putAll(Given.under(SEARCH, data.given()));
    given.putAll(Given.under(SEARCH, space.given()));
    given.putAll(Given.under(SEARCH, size.given()));
    given.putAll(Given.under("standalone.", size.given()));
    given.putAll(Given.under(SEARCH, training.given()));
    given.putAll(Given.under(SEARCH, pool.given()));
    Given.put(given, "winners", winners);
    Given.put(given, "networks", networks);
    Given.put(given, "standalone.epochs", standaloneEpochs);
    Given.put(given, "standalone.repeats", repeats);
    return given;
  }
}
