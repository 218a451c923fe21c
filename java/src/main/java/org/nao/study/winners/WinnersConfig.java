package org.nao.study.winners;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
import org.nao.run.ConfigFiles;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.study.jobs.Ranges;
import org.nao.study.jobs.StandaloneConfig;
import org.nao.training.Recipe;

/**
 * A study of what searches find: the winners of each, trained alone.
 *
 * @param cache folder of trainings that studies share
 * @param winners which architectures of a search
 * @param networks how many
 * @param standalone how each is trained
 * @param level of confidence
 */
public record WinnersConfig(
    String cache,
    Winners winners,
    int networks,
    SearchConfig search,
    StandaloneConfig standalone,
    double level) {
  private static final String CACHE = "runs/trainings";
  private static final double LEVEL = 0.95;
  private static final int NETWORKS = 5;

  /** Where the architectures of a search come from. */
  public enum Winners {
    /** The best ones of one run. */
    TOP,
    /** The best one of each of several runs, which differ in their seed. */
    SEEDS
  }

  public WinnersConfig {
    Ranges.check("networks", networks, 1, Ranges.MOST_SEEDS);
    if (winners == Winners.TOP && search.reranking().top() < networks) {
      throw new IllegalArgumentException(
          "networks is %d, more than the %d best that a search trains (search.reranking.top)"
              .formatted(networks, search.reranking().top()));
    }
    if (search.precision() != Precision.FP32 || search.libraries() != Libraries.OFF) {
      throw new IllegalArgumentException(
          "studies compute in fp32 on the engine's own kernels: search.precision must be fp32 and"
              + " search.libraries off");
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", must be between 0 and 1");
    }
  }

  /**
   * The preset of that name for an algorithm. The winners are those of one run, but for an
   * algorithm that finds fewer in it.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static WinnersConfig preset(String name, String algorithm) {
    final SearchConfig search = Presets.of(algorithm, name);
    final Winners winners = search.reranking().top() < NETWORKS ? Winners.SEEDS : Winners.TOP;
    return name.equals("paper")
        ? new WinnersConfig(
            CACHE,
            winners,
            NETWORKS,
            search,
            new StandaloneConfig(
                6,
                36,
                128,
                600,
                true,
                new Recipe(0.025, 0, 0.9, 5e-4, 5, 0.8, 0.6, 4, true).withCutout(16),
                1),
            LEVEL)
        : new WinnersConfig(
            CACHE,
            winners,
            NETWORKS,
            small(search),
            new StandaloneConfig(
                1, 8, 32, 4, false, new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true), 1),
            LEVEL);
  }

  /** Half a minute instead of one, since a study has several. */
  private static SearchConfig small(SearchConfig quick) {
    final Map<String, Object> changes = new LinkedHashMap<>();
    changes.put("rounds", Math.min(quick.rounds(), 2));
    changes.put("epochs", 2);
    changes.put("initialPool", 20);
    changes.put("candidates", 30);
    changes.put("reranking.epochs", 1);
    return ConfigFiles.resolve(quick, Optional.empty(), changes);
  }
}
