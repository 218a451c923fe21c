package org.nao.search.table;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.nao.error.UserException;
import org.nao.search.tokens.ControllerStrategy;
import org.nao.search.tokens.GeneticConfig;
import org.nao.search.tokens.GeneticSearch;
import org.nao.search.tokens.RandomSearch;
import org.nao.search.tokens.RegularizedEvolution;
import org.nao.search.tokens.TokenSpace;
import org.nao.search.tokens.TokenStrategy;

/** The searches that work on a table. */
public enum TableAlgorithm {
  NAO_V2("nao-v2") {
    @Override
    TokenStrategy strategy(TokenSpace space, TableConfig config, long seed, BooleanSupplier stop) {
      return new ControllerStrategy(space, config.nao(), seed, stop);
    }
  },
  RANDOM("random") {
    @Override
    TokenStrategy strategy(TokenSpace space, TableConfig config, long seed, BooleanSupplier stop) {
      return new RandomSearch(space, seed);
    }
  },
  EVOLUTION("evolution") {
    @Override
    int atOnce() {
      return 1;
    }

    @Override
    TokenStrategy strategy(TokenSpace space, TableConfig config, long seed, BooleanSupplier stop) {
      return new RegularizedEvolution(space, config.evolution(), seed);
    }
  },
  /** On a signal of inherited weights, the second half of single path one-shot. */
  SPOS("spos") {
    @Override
    TokenStrategy strategy(TokenSpace space, TableConfig config, long seed, BooleanSupplier stop) {
      return new GeneticSearch(space, GENETIC, seed);
    }
  };

  /** The values of Guo et al. 2020. */
  private static final GeneticConfig GENETIC = new GeneticConfig(50, 10, 0.1);

  private final String title;

  TableAlgorithm(String title) {
    this.title = title;
  }

  /** The name that users know it by. */
  public String title() {
    return title;
  }

  /**
   * The algorithm that users call so.
   *
   * @throws UserException naming those that there are
   */
  public static TableAlgorithm named(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "algorithm '%s' does not search in a table, allowed: %s"
                        .formatted(
                            title,
                            Arrays.stream(values())
                                .map(TableAlgorithm::title)
                                .collect(Collectors.joining(", ")))));
  }

  /** Most candidates to ask for at once, so that the search is the one of its paper. */
  int atOnce() {
    return CellSpace.SIZE;
  }

  /** A search that knows nothing yet; the caller closes it. */
  abstract TokenStrategy strategy(
      TokenSpace space, TableConfig config, long seed, BooleanSupplier stop);
}
