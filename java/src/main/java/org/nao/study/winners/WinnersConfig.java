package org.nao.study.winners;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.PresetFiles;
import org.nao.run.SelectiveConfig;
import org.nao.run.Values;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;
import org.nao.study.jobs.StandaloneConfig;

/**
 * A study of what searches find: the winners of each, trained alone.
 *
 * @param cache folder of trainings that studies share
 * @param keepWeights whether the model file of each network trained alone is kept
 * @param winners which architectures of a search
 * @param networks how many
 * @param standalone how each is trained
 * @param level of confidence
 */
public record WinnersConfig(
    String cache,
    boolean keepWeights,
    Winners winners,
    int networks,
    SearchConfig search,
    StandaloneConfig standalone,
    double level)
    implements SelectiveConfig {
  private static final String SEARCH = "search.";
  private static final String ROUNDS = "rounds";

  /** Where the architectures of a search come from. */
  public enum Winners {
    /** The best ones of one run. */
    TOP,
    /** The best one of each of several runs, which differ in their seed. */
    SEEDS
  }

  public WinnersConfig {
    Values.within("networks", networks, 1, StandaloneConfig.MOST_SEEDS);
    if (winners == Winners.TOP && search.reranking().top() < networks) {
      throw new InvalidValue(
          "networks",
          "is %d, more than the %d best that a search trains, {search.reranking.top}"
              .formatted(networks, search.reranking().top()));
    }
    if (search.precision() != Precision.FP32 || search.libraries() != Libraries.OFF) {
      throw new UserException(
          "studies compute in fp32 on the engine's own kernels: search.precision must be fp32 and"
              + " search.libraries off");
    }
    Values.check("level", level, level > 0 && level < 1, "between 0 and 1");
  }

  @Override
  public boolean uses(String key, ObjectNode configuration) {
    return !key.startsWith(SEARCH)
        || search.uses(key.substring(SEARCH.length()), search(configuration));
  }

  @Override
  public Optional<InvalidValue> refusal(String key, ObjectNode configuration) {
    final ObjectNode inner = search(configuration);
    final String algorithm = inner.path("algorithm").asText();
    final JsonNode value = ConfigFiles.leaves(configuration).get(key);
    return PresetFiles.have(name -> preset(name, algorithm), key, value)
        ? Optional.empty()
        : search
            .refusal(key.substring(SEARCH.length()), inner)
            .map(refusal -> refusal.under(SEARCH));
  }

  private static ObjectNode search(ObjectNode configuration) {
    return (ObjectNode) configuration.get("search");
  }

  /**
   * The preset of that name for an algorithm. The winners are those of one run, but for an
   * algorithm that finds fewer in it.
   *
   * @throws UserException naming the known ones
   */
  public static WinnersConfig preset(String name, String algorithm) {
    final SearchConfig search = Presets.of(algorithm, name);
    final ObjectNode tree = PresetFiles.resource(WinnersConfig.class, "paper");
    tree.set("search", Json.tree(search));
    final boolean fewer = search.reranking().top() < tree.path("networks").asInt();
    tree.put("winners", (fewer ? Winners.SEEDS : Winners.TOP).name());
    if (name.equals("quick")) {
      PresetFiles.change(tree, quick(algorithm));
    }
    return ConfigFiles.of(tree, WinnersConfig.class);
  }

  /** Half a minute for a search instead of one, since a study has several. */
  private static ObjectNode quick(String algorithm) {
    final ObjectNode quick = PresetFiles.resource(WinnersConfig.class, "quick");
    if (!UsedKeys.of(Algorithm.named(algorithm)).contain(ROUNDS)) {
      ((ObjectNode) quick.get("search")).remove(ROUNDS);
    }
    return quick;
  }
}
