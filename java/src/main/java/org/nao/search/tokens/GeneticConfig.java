package org.nao.search.tokens;

import org.nao.error.InvalidValue;
import org.nao.run.Values;

/**
 * Settings of {@link GeneticSearch}. The preset paper has the values of Guo et al. 2020.
 *
 * @param population candidates of a generation
 * @param parents best candidates so far that the next generation is made of
 * @param mutationProbability with which each token of a mutated parent is drawn anew
 */
public record GeneticConfig(int population, int parents, double mutationProbability) {

  public GeneticConfig {
    Values.within("population", population, 1, Values.MOST);
    if (parents < 1 || parents > population) {
      throw new InvalidValue(
          "parents",
          "is %d, must be from 1 to {population}, which is %d".formatted(parents, population));
    }
    Values.check(
        "mutationProbability",
        mutationProbability,
        mutationProbability > 0 && mutationProbability <= 1,
        "above 0, up to 1");
  }
}
