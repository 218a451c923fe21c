package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.nao.error.UserException;
import org.nao.study.ranking.Factor;
import org.nao.study.ranking.RankingConfig;
import org.nao.study.ranking.RankingOutput;
import org.nao.study.ranking.RankingReport;
import org.nao.study.ranking.RankingStudy;
import org.nao.study.ranking.TableRankingConfig;
import org.nao.study.ranking.TableRankingStudy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao study ranking}: one-shot against stand-alone accuracy. */
@Command(
    name = "ranking",
    description = "Says how well one-shot accuracies rank architectures, under several conditions.",
    footer = {
      "",
      "Trainings are kept in --cache and found again by other studies. Several processes may run"
          + " the same command, or --resume the same folder, at once: they share the work.",
      "",
      "Examples:",
      "  nao study ranking                               a few minutes, embedded images",
      "  nao study ranking --factors epochs,schedule     two of the paper's tables",
      "  nao study ranking --preset paper --out runs/r   needs cifar10 in $NAO_DATA",
      "  nao study ranking --space nasbench201 --table t.csv",
      "                                                  with accuracies of a table"
    })
final class StudyRanking implements Callable<Integer> {
  private static final String NAME = "ranking";
  private static final String TABLE = "table";

  @Mixin private StudyRun study;
  @Mixin private DataOptions data;
  @Mixin private SpaceOptions space;

  @Option(
      names = "--architectures",
      paramLabel = "K",
      description = "Random architectures in each set.")
  private Integer architectures;

  @Option(
      names = "--validation",
      paramLabel = "V",
      description = "Images of the training set kept for validation.")
  private Integer validation;

  @Option(
      names = "--factors",
      split = ",",
      paramLabel = "FACTOR",
      description =
          "What to compare: epochs, sizes, schedule, sampling, steps, split, weights, bn,"
              + " evaluation (default: all but steps and split).")
  private List<Factor> factors;

  @Option(names = "--seeds", paramLabel = "R", description = "Supernets of each condition.")
  private Integer seeds;

  @Option(
      names = "--epochs",
      split = ",",
      paramLabel = "E",
      description = "Epochs of one-shot training to compare, for example 5,10,20.")
  private List<Integer> epochs;

  @Option(
      names = "--schedule-epochs",
      split = ",",
      paramLabel = "E",
      description = "Epochs at which to compare dependent and independent schedules.")
  private List<Integer> scheduleEpochs;

  @Option(
      names = "--size-epochs",
      split = ",",
      paramLabel = "E",
      description = "Epochs at which to compare diverse and similar sizes.")
  private List<Integer> sizeEpochs;

  @Option(
      names = "--other-epochs",
      paramLabel = "E",
      description = "Epochs at which to compare all else.")
  private Integer otherEpochs;

  @Option(
      names = "--architectures-per-step",
      split = ",",
      paramLabel = "K",
      description =
          "Architectures of the steps that the factor steps compares with steps of one: of uniform,"
              + " fair and sandwich steps as many as the space has operations (default 5); or"
              + " several numbers, for example 2,4, of uniform steps.")
  private List<Integer> architecturesPerStep;

  @Option(
      names = "--splits",
      split = ",",
      paramLabel = "P",
      description =
          "Operands at which the factor split splits the supernet, from 0 as in an architecture's"
              + " text (default 0): after half of the steps each of its operations has a supernet"
              + " of its own.")
  private List<Integer> splits;

  @Option(
      names = "--standalone-epochs",
      paramLabel = "E",
      description = "Epochs of each stand-alone training.")
  private Integer standaloneEpochs;

  @Option(
      names = "--repeats",
      paramLabel = "R",
      description = "Stand-alone trainings of each architecture; their mean counts.")
  private Integer repeats;

  @Option(
      names = "--evaluation-images",
      split = ",",
      paramLabel = "V",
      description = "Validation images per architecture; all but the first only to compare.")
  private List<Integer> images;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Normal cells per stage, stand-alone and one-shot.")
  private Integer layers;

  @Option(
      names = "--channels",
      paramLabel = "C",
      description = "Channels of the first stage, stand-alone and one-shot.")
  private Integer channels;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description =
          "In the space nasbench201: accuracies of all cells as nao table reads them, in place of"
              + " trainings alone.")
  private Path table;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description =
          "Whose accuracies of the table: cifar10 (default), cifar100 or imagenet; conditions are"
              + " chosen by validation accuracy and reported by test accuracy.")
  private String dataset;

  @Option(
      names = "--scores",
      split = ",",
      paramLabel = "NAME",
      description =
          "With --table: scores without training to compare, too, as nao arch score names them;"
              + " '' for none.")
  private List<String> scores;

  @Option(names = "--score-batch", paramLabel = "B", description = "Images that these scores see.")
  private Integer scoreBatch;

  @Option(
      names = "--combine",
      split = ",",
      paramLabel = "NAME",
      description =
          "With --table: scores without training to combine with the best condition's and with"
              + " accuracies of the table.")
  private List<String> combine;

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "L",
      description = "Of how many architectures these accuracies are known, in turn.")
  private List<Integer> labels;

  @Override
  public Integer call() {
    final boolean ofTable = table != null || study.configures(TABLE);
    if (ofTable) {
      if (standaloneEpochs != null || repeats != null || study.keepsWeights()) {
        throw new UserException(
            "--standalone-epochs, --repeats and --keep-weights are of trainings alone, which --table"
                + " replaces.");
      }
      return study.callOver(
          NAME,
          TableRankingConfig.class,
          TableRankingConfig::preset,
          "",
          given(true),
          TableRankingStudy::new,
          (config, report, folder) -> finish(report, folder));
    }
    if (Stream.of(dataset, scores, scoreBatch, combine, labels).anyMatch(Objects::nonNull)) {
      throw new UserException(
          "--dataset, --scores, --score-batch, --combine and --labels need --table.");
    }
    return study.call(
        NAME,
        RankingConfig.class,
        RankingConfig::preset,
        "",
        given(false),
        (config, conduct) ->
            new RankingStudy(config, conduct).then(result -> new RankingReport(config, result)),
        (config, report, folder) -> finish(report, folder));
  }

  private void finish(RankingOutput report, Path folder) {
    report.write(folder);
    if (study.output().json()) {
      study.output().object(report.summary());
    } else {
      study.output().text(report.markdown());
      study.output().line("");
      study.output().line("Tables, numbers and plots are in " + folder + ".");
    }
  }

  private Given given(boolean ofTable) {
    final Given given = new Given().putAll(data.given()).putAll(space.given());
    if (!ofTable) {
      // Trainings alone have the same size.
      given
          .put("--layers", "standalone.layers", layers)
          .put("--channels", "standalone.channels", channels);
    }
    return given
        .put("--table", TABLE, table == null ? null : table.toAbsolutePath().normalize().toString())
        .put("--dataset", "dataset", dataset)
        .put(
            "--scores",
            "scores",
            scores == null ? null : scores.stream().filter(each -> !each.isBlank()).toList())
        .put("--score-batch", "scoreBatch", scoreBatch)
        .put("--combine", "combine", combine)
        .put("--labels", "labels", labels)
        .put("--architectures", "architectures", architectures)
        .put("--validation", "validation", validation)
        .put("--factors", "grid.factors", factors)
        .put("--seeds", "grid.seeds", seeds)
        .put("--epochs", "grid.epochs", epochs)
        .put("--schedule-epochs", "grid.scheduleEpochs", scheduleEpochs)
        .put("--size-epochs", "grid.sizeEpochs", sizeEpochs)
        .put("--other-epochs", "grid.otherEpochs", otherEpochs)
        .put("--splits", "grid.splits", splits)
        .put("--architectures-per-step", "grid.architecturesPerStep", architecturesPerStep)
        .put("--evaluation-images", "grid.images", images)
        .put("--standalone-epochs", "standalone.epochs", standaloneEpochs)
        .put("--repeats", "standalone.repeats", repeats)
        .put("--layers", "oneShot.layers", layers)
        .put("--channels", "oneShot.channels", channels);
  }
}
