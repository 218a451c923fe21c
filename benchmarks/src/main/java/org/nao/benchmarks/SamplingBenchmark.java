package org.nao.benchmarks;

import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.SearchSpace;
import org.nao.supernet.SizeProportionalSampler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Nanoseconds of drawing the architecture of a step: the same for pools of any size. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SamplingBenchmark extends Measured {

  private static final long SEED = 1;
  private static final int DRAWS_EACH = 200;

  /** A drawn share may be off by so many of its standard deviations. */
  private static final double DEVIATIONS = 6;

  @Param({"100", "1000"})
  int pool;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private SizeProportionalSampler sampler;

  /** Makes the sampler and checks how often the largest architecture is drawn. */
  @Setup(Level.Trial)
  public void make() {
    final SearchSpace space = SearchSpace.naoSmall();
    final NetworkShape shape = NetworkShape.cifar10(3, 20);
    final Random choice = new Random(SEED);
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final double[] sizes =
        Stream.generate(() -> space.random(choice))
            .limit(pool)
            .mapToDouble(each -> networks.size(each).parameters())
            .toArray();
    sampler = new SizeProportionalSampler(sizes);
    int largest = 0;
    double sum = 0;
    for (int i = 0; i < pool; i++) {
      sum += sizes[i];
      largest = sizes[i] > sizes[largest] ? i : largest;
    }
    int drawn = 0;
    for (int i = 0; i < DRAWS_EACH * pool; i++) {
      drawn += sampler.sample(random) == largest ? 1 : 0;
    }
    final double expected = DRAWS_EACH * pool * sizes[largest] / sum;
    check(
        Math.abs(drawn - expected) <= DEVIATIONS * Math.sqrt(expected),
        "The largest architecture was drawn %d times, expected %.0f.",
        drawn,
        expected);
  }

  @Benchmark
  public int sample() {
    return sampler.sample(random);
  }
}
