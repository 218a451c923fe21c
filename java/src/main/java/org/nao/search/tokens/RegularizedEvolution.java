package org.nao.search.tokens;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nao.training.Seeds;

/**
 * Regularized evolution (Real, Aggarwal, Huang, Le: Regularized Evolution for Image Classifier
 * Architecture Search, 2019, algorithm 1): after a random population, every candidate is a mutation
 * of the best of a few drawn from the population, and takes the place of the oldest.
 *
 * <p>Candidates asked for together share the population as it stands, so asking for one at a time
 * is the algorithm of the paper. A mutation that was proposed before is drawn anew, parent and all.
 */
public final class RegularizedEvolution implements TokenStrategy {
  private final TokenSpace space;
  private final EvolutionConfig config;
  private final long seed;
  private final SeenKeys seen;

  /** Oldest first. */
  private final ArrayDeque<Candidate> population = new ArrayDeque<>();

  private long told;

  /** An evolution with an empty population. */
  public RegularizedEvolution(TokenSpace space, EvolutionConfig config, long seed) {
    this.space = space;
    this.config = config;
    this.seed = seed;
    seen = new SeenKeys(space);
  }

  @Override
  public List<int[]> ask(int most) {
    final List<Candidate> parents = List.copyOf(population);
    final long randomLeft = config.population() - told;
    final int count = (int) (randomLeft > 0 ? Math.min(most, randomLeft) : most);
    final List<int[]> asked = new ArrayList<>(count);
    while (asked.size() < count) {
      final SplittableRandom random = new SplittableRandom(Seeds.derive(seed, told + asked.size()));
      asked.add(
          seen.draw(
              () ->
                  randomLeft > 0
                      ? space.random(random)
                      : space.mutate(parent(parents, random), random)));
    }
    return asked;
  }

  @Override
  public void tell(List<Candidate> scored) {
    for (final Candidate candidate : scored) {
      seen.add(candidate.tokens());
      population.addLast(candidate);
      if (population.size() > config.population()) {
        population.removeFirst();
      }
    }
    told += scored.size();
  }

  /** The best of a few different ones; of equal ones the one drawn first. */
  private int[] parent(List<Candidate> parents, SplittableRandom random) {
    final int drawn = Math.min(config.tournament(), parents.size());
    final int[] order = new int[parents.size()];
    Candidate best = null;
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = 0; i < drawn; i++) {
      final int j = random.nextInt(i, order.length);
      final Candidate candidate = parents.get(order[j]);
      order[j] = order[i];
      if (best == null || candidate.score() > best.score()) {
        best = candidate;
      }
    }
    return best.tokens();
  }
}
