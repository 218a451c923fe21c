package org.nao.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.network.NetworkShape;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Microseconds of what a step of a new architecture costs before it can start, in the supernet of
 * N=3, C=20: writing the program's words in Java, and the engine's work on them.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProgramBenchmark extends Measured {

  private static final int ARCHITECTURES = 64;
  private static final long SEED = 1;

  private SupernetProgram supernet;
  private Network network;
  private Architecture[] architectures;
  private int[][] words;
  private int next;

  /** Makes the network and checks that one architecture gives one program. */
  @Setup(Level.Trial)
  public void make(Processor processor) {
    final SearchSpace space = SearchSpace.naoSmall();
    final Random random = new Random(SEED);
    supernet = NetworkFamilies.supernet(space, NetworkShape.cifar10(3, 20));
    network = Networks.create(processor.device(), supernet.table());
    architectures =
        Stream.generate(() -> space.random(random))
            .limit(ARCHITECTURES)
            .toArray(Architecture[]::new);
    words = Arrays.stream(architectures).map(supernet::words).toArray(int[][]::new);
    check(Arrays.equals(words[0], supernet.words(architectures[0])), "Two programs of one differ.");
    try (Program program = Program.create(network, words[0])) {
      check(program.bytes(1, true) > program.bytes(1, false), "Training needs no more memory.");
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    network.close();
  }

  @Benchmark
  public int[] write() {
    return supernet.words(architectures[next++ % ARCHITECTURES]);
  }

  /** Ready to train. */
  @Benchmark
  public long createForTraining() {
    return created(true);
  }

  /** Ready to evaluate. */
  @Benchmark
  public long createForEvaluation() {
    return created(false);
  }

  private long created(boolean training) {
    try (Program program = Program.create(network, words[next++ % ARCHITECTURES])) {
      return program.bytes(1, training);
    }
  }
}
