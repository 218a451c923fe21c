package org.nao.search.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.nao.controller.TokenRange;
import org.nao.training.Seeds;

/**
 * The evolutionary search of single path one-shot (Guo et al.: Single Path One-Shot Neural
 * Architecture Search with Uniform Sampling, 2020, algorithm 1): a random generation first; every
 * later one is made half by mutating and half by crossing the best candidates of all before.
 */
public final class GeneticSearch implements TokenStrategy {
  private final TokenSpace space;
  private final GeneticConfig config;
  private final long seed;
  private final SeenKeys seen;
  private final List<Candidate> told = new ArrayList<>();
  private List<Candidate> parents = List.of();

  /** A search before its first generation. */
  public GeneticSearch(TokenSpace space, GeneticConfig config, long seed) {
    this.space = space;
    this.config = config;
    this.seed = seed;
    seen = new SeenKeys(space);
  }

  @Override
  public List<int[]> ask(int most) {
    final int done = told.size() % config.population();
    final int count = Math.min(most, config.population() - done);
    final List<int[]> asked = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      final SplittableRandom random = new SplittableRandom(Seeds.derive(seed, told.size() + i));
      final boolean mutates = 2 * (done + i) < config.population();
      // Parents that are much alike have few children by crossing.
      asked.add(seen.draw(() -> candidate(mutates, random), () -> candidate(true, random)));
    }
    return asked;
  }

  private int[] candidate(boolean mutates, SplittableRandom random) {
    if (parents.isEmpty()) {
      return space.random(random);
    }
    final int[] child = mutates ? mutated(random) : crossed(random);
    return space.allows(child) ? child : space.mutate(any(random), random);
  }

  private int[] mutated(SplittableRandom random) {
    final List<TokenRange> legal = space.layout().legal();
    final int[] child = any(random).clone();
    for (int i = 0; i < child.length; i++) {
      if (random.nextDouble() < config.mutationProbability()) {
        child[i] = random.nextInt(legal.get(i).first(), legal.get(i).end());
      }
    }
    return child;
  }

  private int[] crossed(SplittableRandom random) {
    final int[] child = any(random).clone();
    final int[] other = any(random);
    for (int i = 0; i < child.length; i++) {
      if (random.nextBoolean()) {
        child[i] = other[i];
      }
    }
    return child;
  }

  private int[] any(SplittableRandom random) {
    return parents.get(random.nextInt(parents.size())).tokens();
  }

  @Override
  public void tell(List<Candidate> scored) {
    for (final Candidate candidate : scored) {
      seen.add(candidate.tokens());
      told.add(candidate);
      if (told.size() % config.population() == 0) {
        parents =
            told.stream()
                .sorted(Comparator.comparingDouble(Candidate::score).reversed())
                .limit(config.parents())
                .toList();
      }
    }
  }
}
