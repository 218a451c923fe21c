package org.nao.supernet;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Which architectures one-shot training takes, one independent of the others. */
@FunctionalInterface
public interface ArchitectureSource {

  /** Draws the next architecture; it depends on nothing but the generator. */
  Architecture draw(RandomGenerator random);

  /** Draws the next {@code count} architectures. */
  default List<Architecture> draw(RandomGenerator random, int count) {
    return Stream.generate(() -> draw(random)).limit(count).toList();
  }

  /**
   * Architectures of a pool, in proportion to their sizes or else all alike.
   *
   * @param pool at least one
   * @param shape for the model sizes
   */
  static ArchitectureSource pool(
      List<Architecture> pool, Sampling sampling, SearchSpace space, NetworkShape shape) {
    final List<Architecture> all = List.copyOf(pool);
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final SizeProportionalSampler sampler =
        sampling == Sampling.PROPORTIONAL
            ? new SizeProportionalSampler(
                all.stream().mapToDouble(each -> networks.size(each).parameters()).toArray())
            : SizeProportionalSampler.uniform(all.size());
    return random -> all.get(sampler.sample(random));
  }
}
