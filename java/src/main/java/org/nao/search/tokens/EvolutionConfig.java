package org.nao.search.tokens;

import org.nao.error.InvalidValue;
import org.nao.run.Values;

/**
 * Settings of {@link RegularizedEvolution}. The preset paper of a search has the sizes of Real et
 * al. 2019, tables have those of the sizes tried that find most after 100 queries.
 *
 * @param population the latest candidates that may become parents; as many random ones come first
 * @param tournament candidates drawn from the population, the best of which becomes the parent
 */
public record EvolutionConfig(int population, int tournament) {

  public EvolutionConfig {
    Values.within("population", population, 1, Values.MOST);
    if (tournament < 1 || tournament > population) {
      throw new InvalidValue(
          "tournament",
          "is %d, must be from 1 to {population}, which is %d".formatted(tournament, population));
    }
  }
}
