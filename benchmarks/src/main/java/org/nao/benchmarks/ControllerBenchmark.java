package org.nao.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.ControllerConfig;
import org.nao.controller.TrainingHistory;
import org.nao.search.config.Presets;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Milliseconds of the controller with the paper's sizes (embedding 32, hidden 64): a training step
 * of 100 architectures, and the generation of 100 new ones.
 */
@State(Scope.Benchmark)
public class ControllerBenchmark extends Measured {

  private static final int STEPS = 20;
  private static final long SEED = 1;
  private static final double STEP_SIZE = 1;

  private Controller controller;
  private List<int[]> sequences;
  private double[] accuracies;

  /** Makes the controller and checks that a training lowers the loss. */
  @Setup(Level.Trial)
  public void make(Processor processor) {
    final SearchSpace space = SearchSpace.naoSmall();
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final Random random = new Random(SEED);
    // With neither copies nor held-out sequences an epoch is one step.
    final ControllerConfig config =
        Presets.of("nao-v2", "paper")
            .controller()
            .withEpochs(STEPS)
            .withAugmentation(1)
            .withTrainingShare(1);
    final List<Architecture> pool =
        Stream.generate(() -> space.random(random)).limit(config.batchSize()).toList();
    sequences = pool.stream().map(tokens::encode).toList();
    accuracies = random.doubles(pool.size()).toArray();
    controller = new Controller(tokens.layout(), config, SEED, processor.device());
    final TrainingHistory history = train();
    final double first = history.epochs().get(0).loss();
    final double last = history.epochs().get(STEPS - 1).loss();
    check(last < first, "The controller's loss went from %g to %g.", first, last);
    generate().forEach(tokens::decode);
  }

  @TearDown(Level.Trial)
  public void close() {
    controller.close();
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public TrainingHistory train() {
    return controller.train(sequences, accuracies, SEED, epoch -> {}, () -> false);
  }

  @Benchmark
  public List<int[]> generate() {
    return controller.generate(sequences, STEP_SIZE);
  }
}
