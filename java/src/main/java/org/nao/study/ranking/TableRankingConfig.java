package org.nao.study.ranking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.run.ConfigFiles;
import org.nao.run.PresetFiles;
import org.nao.run.Values;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.OneShotConfig;
import org.nao.text.Counted;
import org.nao.training.scores.Score;

/**
 * A ranking study whose accuracies of architectures trained alone are those of a table.
 *
 * @param cache folder of trainings that studies share
 * @param table file of the accuracies of all cells of NAS-Bench-201
 * @param dataset prefix of the table's columns, for example cifar10
 * @param imageSize side that images are brought to; 0: as they are
 * @param validation images of the training set kept for validation
 * @param threads CPU threads; 0 for all that the process may use
 * @param operations names of the space's operations to choose from, with commas; empty: all
 * @param architectures K of each set
 * @param candidates random architectures among which those of similar size are looked for
 * @param scores names of scores without training that are compared, too, beside what counting says
 * @param scoreBatch images that they see
 * @param combine names of scores without training, counted or among {@code scores}, that are
 *     combined with the chosen condition's and with accuracies of the table
 * @param labels of how many architectures these accuracies are known, in turn; more than four
 *     fifths of the architectures are left out
 * @param best share of the architectures that count as the best, by their accuracies in the table
 * @param resamples of the bootstrap over the architectures and the seeds
 * @param level of confidence
 */
public record TableRankingConfig(
    long seed,
    String cache,
    String table,
    String dataset,
    String data,
    int imageSize,
    int validation,
    String device,
    int threads,
    String space,
    int nodes,
    String operations,
    int architectures,
    int candidates,
    OneShotConfig oneShot,
    GridConfig grid,
    List<String> scores,
    int scoreBatch,
    List<String> combine,
    List<Integer> labels,
    double best,
    int resamples,
    double level) {
  private static final List<String> OF_TRAININGS_ALONE =
      List.of("standalone", "keepWeights", "score");
  private static final List<String> SCORES = List.of("grad_norm", "snip", "synflow", "naswot");
  private static final List<String> COMBINE =
      List.of(Score.LIVE_WEIGHTS.title(), Score.PARAMETERS.title());
  private static final List<Integer> LABELS = List.of(0, 10, 50);
  private static final int SCORE_BATCH = 32;
  private static final int MOST_SCORE_BATCH = 1024;
  private static final double BEST = 0.1;

  public TableRankingConfig {
    NetworkShape.checkImageSize(imageSize);
    Values.within("validation", validation, 1, Values.MOST);
    if (validation < grid.mostImages()) {
      throw new InvalidValue(
          "validation",
          "is %d, fewer than the %s of {grid.images}"
              .formatted(validation, Counted.of(grid.mostImages(), "image")));
    }
    Values.within("threads", threads, 0, Values.MOST_THREADS);
    Values.within("architectures", architectures, 2, RankingConfig.MOST_ARCHITECTURES);
    Values.within("candidates", candidates, architectures, Values.MOST);
    scores = scores.stream().map(String::strip).distinct().toList();
    for (final String each : scores) {
      if (Score.named(each).isCount()) {
        throw new InvalidValue("scores", "has %s, which every study counts".formatted(each));
      }
    }
    Values.within("scoreBatch", scoreBatch, 2, MOST_SCORE_BATCH);
    combine = combine.stream().map(String::strip).distinct().toList();
    for (final String each : combine) {
      if (!Score.named(each).isCount() && !scores.contains(each)) {
        throw new InvalidValue("combine", "has %s, which {scores} do not have".formatted(each));
      }
    }
    labels = labels.stream().distinct().sorted().toList();
    labels.forEach(each -> Values.within("labels", each, 0, RankingConfig.MOST_ARCHITECTURES));
    Values.check("best", best, best > 0 && best <= 1, "above 0, up to 1");
    Values.within("resamples", resamples, 1, Values.MOST);
    Values.check("level", level, level > 0 && level < 1, "between 0 and 1");
    if (!space.equals(SearchSpace.NASBENCH201)) {
      throw new InvalidValue(
          "space",
          "is %s, must be %s: the {table} has its cells".formatted(space, SearchSpace.NASBENCH201));
    }
    grid.require(SearchSpace.named(space, nodes, operations));
    if (table.isEmpty()) {
      throw new InvalidValue("table", "names no file");
    }
  }

  SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  /**
   * The keys and values of the preset of that name, without a table: what {@link RankingConfig}
   * has, but for trainings alone.
   *
   * @throws UserException naming the known ones
   */
  public static ObjectNode preset(String name) {
    final ObjectNode tree = ConfigFiles.written(RankingConfig.preset(name));
    tree.remove(OF_TRAININGS_ALONE);
    tree.put("table", "");
    tree.put("dataset", "cifar10");
    SCORES.forEach(tree.putArray("scores")::add);
    tree.put("scoreBatch", SCORE_BATCH);
    COMBINE.forEach(tree.putArray("combine")::add);
    LABELS.forEach(tree.putArray("labels")::add);
    tree.put("best", BEST);
    final ObjectNode changes =
        PresetFiles.resource(TableRankingConfig.class, SearchSpace.NASBENCH201);
    PresetFiles.change(tree, changes.get("both"));
    PresetFiles.change(tree, changes.get(name));
    return tree;
  }
}
