package org.nao.search.tokens;

/**
 * Settings of {@link GeneticSearch}. The preset paper has the values of Guo et al. 2020.
 *
 * @param population candidates of a generation
 * @param parents best candidates so far that the next generation is made of
 * @param mutationProbability with which each token of a mutated parent is drawn anew
 */
public record GeneticConfig(int population, int parents, double mutationProbability) {

  public GeneticConfig {
    if (population < 1) {
      throw new IllegalArgumentException("population is " + population + ", must be >= 1");
    }
    if (parents < 1 || parents > population) {
      throw new IllegalArgumentException(
          "parents is " + parents + ", must be 1 to the population, " + population);
    }
    if (!(mutationProbability > 0 && mutationProbability <= 1)) {
      throw new IllegalArgumentException(
          "mutationProbability is " + mutationProbability + ", must be above 0, up to 1");
    }
  }
}
