package org.nao.benchmarks;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.Supernet;
import org.nao.training.Networks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Milliseconds of a training step and of the evaluation of one batch, over random architectures of
 * one supernet, the way a search does them: one native call for a run of steps or for some
 * architectures of the pool, images augmented on the device, programs made before.
 */
@State(Scope.Benchmark)
@OperationsPerInvocation(SupernetBenchmark.ARCHITECTURES)
public class SupernetBenchmark extends Measured {

  static final int ARCHITECTURES = PoolEvaluation.ARCHITECTURES_PER_CALL;

  /** The paper's supernet, and a small one. */
  public enum Size {
    N3_C20_BATCH64(3, 20, 64),
    N1_C8_BATCH32(1, 8, 32);

    private final int layers;
    private final int channels;
    private final int batch;

    Size(int layers, int channels, int batch) {
      this.layers = layers;
      this.channels = channels;
      this.batch = batch;
    }
  }

  private static final long SEED = 1;
  private static final int CHECKED_STEPS = 5;
  private static final int CROP_PADDING = 4;
  private static final float LEARNING_RATE = 0.025f;
  private static final float CENTRE = 0.5f;
  private static final float DEVIATION = 0.25f;

  @Param({"N3_C20_BATCH64", "N1_C8_BATCH32"})
  Size size;

  private List<Architecture> architectures;
  private Dataset dataset;
  private Network network;
  private Program[] programs;
  private Supernet supernet;
  private PoolEvaluation evaluation;
  private int[] evaluated;
  private int[] indices;

  /** Of the measured steps: weights stay as they are while the step does all its work. */
  private final float[] noLearning = new float[ARCHITECTURES];

  private final Training training =
      Training.builder().idleUpdate(true).cropPadding(CROP_PADDING).flip(true).build();

  /** Checks that training lowers the loss and that evaluation repeats itself. */
  @Setup(Level.Trial)
  public void make(Processor processor) {
    final SearchSpace space = SearchSpace.naoSmall();
    final NetworkShape shape = NetworkShape.cifar10(size.layers, size.channels);
    final Random random = new Random(SEED);
    architectures = Stream.generate(() -> space.random(random)).limit(ARCHITECTURES).toList();
    dataset = randomImages(processor.device(), shape, random);
    indices = IntStream.range(0, ARCHITECTURES * size.batch).map(i -> i % size.batch).toArray();

    final SupernetProgram maker = NetworkFamilies.supernet(space, shape);
    network = Networks.create(processor.device(), maker.table());
    programs =
        architectures.stream()
            .map(each -> Program.create(network, maker.words(each)))
            .toArray(Program[]::new);
    Networks.initialize(network, maker.table(), SEED);
    checkTraining();

    supernet = new Supernet(processor.device(), space, shape);
    supernet.initialize(SEED);
    evaluation = new PoolEvaluation(supernet, dataset, Statistics.BATCH, size.batch);
    evaluated = Arrays.copyOf(indices, size.batch);
    final double[] together = evaluate();
    final double alone = evaluation.accuracies(architectures.subList(1, 2), evaluated)[0];
    check(
        together[1] == alone,
        "An architecture's accuracy is %g beside others, %g alone.",
        together[1],
        alone);
  }

  @TearDown(Level.Trial)
  public void close() {
    supernet.close();
    network.close();
    dataset.close();
  }

  @Benchmark
  public TrainResult trainingStep() {
    return network.train(dataset, training, programs, size.batch, indices, noLearning, 0);
  }

  @Benchmark
  public double[] evaluate() {
    return evaluation.accuracies(architectures, evaluated);
  }

  /** Learning one batch by heart lowers its loss. */
  private void checkTraining() {
    final int steps = CHECKED_STEPS;
    final Program[] same = Collections.nCopies(steps, programs[0]).toArray(Program[]::new);
    final int[] batches = IntStream.range(0, steps * size.batch).map(i -> i % size.batch).toArray();
    final float[] rates = new float[steps];
    Arrays.fill(rates, LEARNING_RATE);
    final Training plain = Training.builder().build();
    final float[] losses =
        network.train(dataset, plain, same, size.batch, batches, rates, 0).losses();
    check(
        losses[steps - 1] < losses[0],
        "The loss of one batch went from %g to %g.",
        losses[0],
        losses[steps - 1]);
  }

  /** One batch of noise. */
  private Dataset randomImages(Device device, NetworkShape shape, Random random) {
    final int channels = shape.imageChannels();
    final byte[] pixels = new byte[size.batch * channels * shape.height() * shape.width()];
    random.nextBytes(pixels);
    final int[] labels = random.ints(size.batch, 0, shape.classes()).toArray();
    final float[] mean = new float[channels];
    final float[] deviation = new float[channels];
    Arrays.fill(mean, CENTRE);
    Arrays.fill(deviation, DEVIATION);
    return Dataset.create(
        device,
        pixels,
        labels,
        channels,
        shape.height(),
        shape.width(),
        shape.classes(),
        mean,
        deviation);
  }
}
