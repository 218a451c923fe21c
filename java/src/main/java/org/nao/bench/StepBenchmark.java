package org.nao.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nao.engine.Ceiling;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.engine.KernelTime;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.Status;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.training.Networks;

/**
 * Measures training steps and forward passes on random images.
 *
 * @param workload network and programs
 * @param batch N, images per step
 * @param repetitions measured steps per program, of which the median counts
 * @param seed of weights, images and labels
 * @param parallel networks that are trained at the same time, in the last measurement
 */
public record StepBenchmark(
    Workload workload, int batch, int repetitions, long seed, int parallel) {

  private static final int WARM_UP = 2;

  /** Keeps all values as drawn while the step does all its work. */
  private static final float LEARNING_RATE = 0;

  private static final double FLOPS_PER_MAC = 2;

  /** Forward, gradient of the inputs, gradient of the weights: each as many multiply-adds. */
  private static final double PASSES_OF_TRAINING = 3;

  /** The number of steps timed as in a search; large enough that their first call counts little. */
  private static final double LEAST_SEARCH_NANOS = 2e9;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;

  public StepBenchmark {
    Workload.positive("batch", batch);
    Workload.positive("repetitions", repetitions);
    final int most = Integer.MAX_VALUE / Math.max(workload.imageSize(), workload.shape().classes());
    if (batch > most) {
      throw new InvalidValue(
          "batch", "is %d, allowed with images of this size: 1..%d".formatted(batch, most));
    }
  }

  /**
   * What was measured.
   *
   * @param trainMillis of a training step, mean over the programs of their median
   * @param forwardMillis of a forward pass, likewise
   * @param searchMillis of a training step in a run as a search has it: each step of the next
   *     program, made anew, many steps per native call; with all that a device waits for in between
   * @param parallel networks that were trained at the same time, in steps as those
   * @param parallelGain so many times the steps of one network in the same time, of all together
   * @param trainImagesPerSecond images of the batch per {@code trainMillis}
   * @param trainGflops 1e9 operations per second of convolutions and linear layers in training
   * @param peakGflops what the device's multiply-adds reach with everything in registers: measured
   *     around the steps of every program, since a machine's neighbours change it, and averaged
   *     over the time of the steps
   * @param shareOfPeak {@code trainGflops} of {@code peakGflops}
   * @param gigabytesPerSecond 1e9 bytes per second in training: the fewest that the kernels can
   *     move, every input read once, every output written once
   * @param shareOfBandwidth {@code gigabytesPerSecond} of a copy's, measured
   * @param shareOfRoofline of a training step: what its kernels would take if each moved its bytes
   *     like a copy or computed at the peak, whichever takes longer
   * @param peakMemoryBytes most activations, gradients and scratch held at once
   * @param javaShare share of a training step of a new program that is spent outside the native
   *     engine: writing the program, and a call with the same arrays that the engine refuses before
   *     computing anything
   * @param launchesPerStep kernels that a training step launches on a GPU, mean over the programs;
   *     0 on a CPU
   * @param threadMillis milliseconds per kernel in a training step, summed over threads; what is
   *     missing of the threads' time went into waiting for each other
   */
  public record Result(
      double trainMillis,
      double forwardMillis,
      double searchMillis,
      int parallel,
      double parallelGain,
      double trainImagesPerSecond,
      double trainGflops,
      double peakGflops,
      double shareOfPeak,
      double gigabytesPerSecond,
      double shareOfBandwidth,
      double shareOfRoofline,
      long peakMemoryBytes,
      double javaShare,
      double launchesPerStep,
      Map<String, Double> threadMillis) {}

  /** Nanoseconds, medians of one program, or sums of several. */
  private record Times(double train, double forward, double words, double refused) {
    Times plus(Times other) {
      return new Times(
          train + other.train,
          forward + other.forward,
          words + other.words,
          refused + other.refused);
    }
  }

  /** A piece of work to be timed. */
  private interface Work {
    void run();
  }

  /** Measures; takes the time of all steps and, for each program, of the device's peak. */
  public Result run(Device device) {
    final Random random = new Random(seed);
    final float[] images = new float[batch * workload.imageSize()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    final int[] labels = random.ints(batch, 0, workload.shape().classes()).toArray();
    Times sum = new Times(0, 0, 0, 0);
    double flops = 0;
    double peakOperations = 0;
    final Map<String, Double> threadMillis = new TreeMap<>();
    final Roofline roofline = Roofline.measure(device);
    final long peakBytes;
    final double launches;
    final double search;
    final double gain;
    final int count = workload.programs().size();
    try (Network network = Networks.create(device, workload.table())) {
      Networks.initialize(network, workload.table(), seed);
      double peakBefore = device.ceiling(Ceiling.MULTIPLY_ADD);
      for (final Workload.Item item : workload.programs()) {
        final Times times = measure(network, item.words(), images, labels, threadMillis, roofline);
        final double peakAfter = device.ceiling(Ceiling.MULTIPLY_ADD);
        peakOperations += (peakBefore + peakAfter) / 2 * times.train();
        peakBefore = peakAfter;
        sum = sum.plus(times);
        flops += FLOPS_PER_MAC * PASSES_OF_TRAINING * item.macs() * batch;
      }
      peakBytes = network.peakBytes();
      launches = (double) launchesOfSteps(network, images, labels) / count;
      final int steps = (int) Math.max(count, LEAST_SEARCH_NANOS / (sum.train / count));
      search = SearchSteps.nanos(device, network, workload, batch, steps);
      gain =
          parallel == 1
              ? 1
              : parallel
                  * search
                  / ParallelSteps.nanos(device, workload, batch, seed, parallel, steps);
    }
    final double trainGflops = flops / sum.train;
    final double peakGflops = peakOperations / sum.train;
    return new Result(
        sum.train / count / NANOS_PER_MILLI,
        sum.forward / count / NANOS_PER_MILLI,
        search / NANOS_PER_MILLI,
        parallel,
        gain,
        (double) batch * count * NANOS_PER_SECOND / sum.train,
        trainGflops,
        peakGflops,
        trainGflops / peakGflops,
        roofline.bytes() / sum.train,
        roofline.bytes() * NANOS_PER_SECOND / sum.train / roofline.bytesPerSecond(),
        roofline.seconds() * NANOS_PER_SECOND / sum.train,
        peakBytes,
        Math.min(1, (sum.words + sum.refused) / (sum.words + sum.train)),
        launches,
        threadMillis);
  }

  /** The means over one training step of each program. */
  private long launchesOfSteps(Network network, float[] images, int[] labels) {
    final Training training = Training.builder().build();
    final long before = network.kernelLaunches();
    for (final Workload.Item item : workload.programs()) {
      try (Program program = Program.create(network, item.words().get())) {
        network.step(program, images, labels, training, LEARNING_RATE, 0);
      }
    }
    return network.kernelLaunches() - before;
  }

  private Times measure(
      Network network,
      Supplier<int[]> words,
      float[] images,
      int[] labels,
      Map<String, Double> threadMillis,
      Roofline roofline) {
    final Training training = Training.builder().build();
    final int[] badLabels = labels.clone();
    badLabels[0] = workload.shape().classes();
    try (Program program = Program.create(network, words.get())) {
      final Times times =
          new Times(
              median(() -> network.step(program, images, labels, training, LEARNING_RATE, 0)),
              median(() -> network.forward(program, images, labels, Statistics.BATCH)),
              median(words::get),
              median(() -> refused(network, program, images, badLabels, training)));
      network.profile(true);
      network.step(program, images, labels, training, LEARNING_RATE, 0);
      for (final KernelTime time : network.profile(false)) {
        roofline.add(time);
        threadMillis.merge(
            time.kernel(),
            time.seconds() * MILLIS_PER_SECOND / workload.programs().size(),
            Double::sum);
      }
      return times;
    }
  }

  /** Everything of a step but what the engine does, which stops at a label that is no class. */
  private static void refused(
      Network network, Program program, float[] images, int[] badLabels, Training training) {
    try {
      network.step(program, images, badLabels, training, LEARNING_RATE, 0);
    } catch (EngineException e) {
      if (e.status() == Status.INVALID) {
        return;
      }
      throw e;
    }
    throw new IllegalStateException("The engine took a label that is no class.");
  }

  /** The nanoseconds that a piece of work takes. */
  private double median(Work work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    final long[] nanos = new long[repetitions];
    for (int i = 0; i < repetitions; i++) {
      final long start = System.nanoTime();
      work.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return (nanos[(repetitions - 1) / 2] + nanos[repetitions / 2]) / 2.0;
  }
}
