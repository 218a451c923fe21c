package org.nao.search.tokens;

/**
 * Settings of {@link RegularizedEvolution}. The preset paper of a search has the sizes of Real et
 * al. 2019, tables have those of the sizes tried that find most after 100 queries.
 *
 * @param population the latest candidates that may become parents; as many random ones come first
 * @param tournament candidates drawn from the population, the best of which becomes the parent
 */
public record EvolutionConfig(int population, int tournament) {

  public EvolutionConfig {
    if (population < 1) {
      throw new IllegalArgumentException(
          "the population of the evolution is " + population + ", must be >= 1");
    }
    if (tournament < 1 || tournament > population) {
      throw new IllegalArgumentException(
          "the tournament of the evolution is "
              + tournament
              + ", must be 1 to the population, "
              + population);
    }
  }
}
