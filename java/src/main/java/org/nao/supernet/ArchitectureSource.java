package org.nao.supernet;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Which architecture a step of one-shot training takes. */
@FunctionalInterface
public interface ArchitectureSource {

  /** Draws the architecture of the next step; it depends on nothing but the generator. */
  Architecture draw(RandomGenerator random);

  /** Draws the architectures of the next {@code count} steps. */
  default List<Architecture> draw(RandomGenerator random, int count) {
    return Stream.generate(() -> draw(random)).limit(count).toList();
  }

  /**
   * Architectures of a pool.
   *
   * @param pool at least one
   * @param shape for the model sizes
   */
  static ArchitectureSource pool(
      List<Architecture> pool, Sampling sampling, SearchSpace space, NetworkShape shape) {
    final List<Architecture> all = List.copyOf(pool);
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final SizeProportionalSampler sampler =
        sampling == Sampling.UNIFORM
            ? SizeProportionalSampler.uniform(all.size())
            : new SizeProportionalSampler(
                all.stream().mapToDouble(each -> networks.size(each).parameters()).toArray());
    return random -> all.get(sampler.sample(random));
  }
}
