package org.nao.search.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.PresetFiles;
import org.nao.run.SelectiveConfig;
import org.nao.run.Values;
import org.nao.search.tokens.ControllerStrategyConfig;
import org.nao.search.tokens.EvolutionConfig;

/**
 * Searches in a table, repeated with many seeds.
 *
 * @param benchmark what the table holds; {@value #NAS_BENCH_201}
 * @param table file with the accuracies, see {@link CellTable}
 * @param signal file with what the searches see; empty: the table
 * @param signalColumn its column; empty: the validation accuracy
 * @param dataset whose accuracies are meant: cifar10, cifar100 or imagenet
 * @param algorithm that the report is about; random search and evolution run beside it
 * @param queries accuracies that a search may ask for
 * @param runs repetitions with different seeds
 * @param threads runs at a time; 0 for as many as processors
 */
public record TableConfig(
    long seed,
    String benchmark,
    String table,
    String signal,
    String signalColumn,
    String dataset,
    String algorithm,
    int queries,
    int runs,
    int threads,
    EvolutionConfig evolution,
    ControllerStrategyConfig nao)
    implements SelectiveConfig {

  /** The one benchmark there is. */
  public static final String NAS_BENCH_201 = "nasbench201";

  private static final int MOST_RUNS = 100_000;

  public TableConfig {
    if (!benchmark.equals(NAS_BENCH_201)) {
      throw new UserException(
          "unknown benchmark '%s', allowed: %s".formatted(benchmark, NAS_BENCH_201));
    }
    TableAlgorithm.named(algorithm);
    Values.within("queries", queries, 1, CellSpace.SIZE);
    Values.within("runs", runs, 1, MOST_RUNS);
    Values.within("threads", threads, 0, Values.MOST_THREADS);
  }

  /**
   * The preset of that name.
   *
   * @param name quick or paper, which repeats searches more often
   * @throws UserException naming the known ones
   */
  public static TableConfig preset(String name) {
    return PresetFiles.read(TableConfig.class, name);
  }

  /** The controller's keys are for its algorithm alone. */
  @Override
  public boolean uses(String key, ObjectNode configuration) {
    return !key.startsWith("nao.")
        || configuration.path("algorithm").asText().equals(TableAlgorithm.NAO_V2.title());
  }

  @Override
  public Optional<InvalidValue> refusal(String key, ObjectNode configuration) {
    final JsonNode value = ConfigFiles.leaves(configuration).get(key);
    return PresetFiles.have(TableConfig::preset, key, value)
        ? Optional.empty()
        : Optional.of(
            new InvalidValue(
                key,
                "is %s, which the algorithm %s does not use; only %s does"
                    .formatted(
                        value.asText(),
                        configuration.path("algorithm").asText(),
                        TableAlgorithm.NAO_V2.title())));
  }

  /** The algorithm first, then those beside it. */
  List<TableAlgorithm> algorithms() {
    final Set<TableAlgorithm> algorithms = new LinkedHashSet<>();
    algorithms.add(TableAlgorithm.named(algorithm));
    algorithms.add(TableAlgorithm.RANDOM);
    algorithms.add(TableAlgorithm.EVOLUTION);
    return List.copyOf(algorithms);
  }
}
