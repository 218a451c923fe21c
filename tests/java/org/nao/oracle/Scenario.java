package org.nao.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.network.DecodedProgram;
import org.nao.network.ParameterSpec;

/**
 * A program and all it runs on: some training steps, then an evaluation with every kind of
 * statistics, each on a batch of its own.
 *
 * @param name what is tried, with the seed
 * @param tensors that the program names by index
 * @param values starting values of the tensors
 * @param batches for each step and evaluation
 */
record Scenario(
    String name,
    int[] words,
    List<ParameterSpec> tensors,
    List<float[]> values,
    List<Batch> batches,
    Training training) {

  /**
   * N images and their labels.
   *
   * @param images N,C,H,W
   */
  record Batch(float[] images, int[] labels) {}

  private static final double NUDGE = 5e-7;

  /** Random values and {@code steps} steps and the evaluations on random batches of N images. */
  static Scenario random(
      String name,
      int[] words,
      List<ParameterSpec> tensors,
      long seed,
      int n,
      Training training,
      int steps) {
    final SplittableRandom random = new SplittableRandom(seed);
    final DecodedProgram program = DecodedProgram.of(words);
    return new Scenario(
        "%s, seed %d".formatted(name, seed),
        words,
        tensors,
        tensors.stream().map(tensor -> values(tensor, random)).toList(),
        Stream.generate(() -> batch(program, n, random))
            .limit(steps + Statistics.values().length)
            .toList(),
        training);
  }

  /** The same with every starting value changed by about the rounding of float32 sums. */
  Scenario nudged(long seed) {
    final SplittableRandom random = new SplittableRandom(seed);
    return new Scenario(
        name,
        words,
        tensors,
        values.stream().map(v -> nudged(v, random)).toList(),
        batches,
        training);
  }

  private static float[] nudged(float[] values, RandomGenerator random) {
    final float[] nudged = new float[values.length];
    for (int i = 0; i < nudged.length; i++) {
      nudged[i] = (float) (values[i] * (1 + NUDGE * random.nextGaussian()));
    }
    return nudged;
  }

  /**
   * The same with integers as images and as values of one tensor, so that its 1x1 convolution of
   * them is exact and often equal at different pixels.
   */
  Scenario rounded(int tensor) {
    final List<float[]> some = new ArrayList<>(values);
    some.set(tensor, rounded(values.get(tensor)));
    return new Scenario(
        name,
        words,
        tensors,
        some,
        batches.stream().map(b -> new Batch(rounded(b.images()), b.labels())).toList(),
        training);
  }

  private static float[] rounded(float[] values) {
    final float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = Math.round(values[i]);
    }
    return rounded;
  }

  /** Names a pass. */
  String pass(int index) {
    return index < steps()
        ? "step " + (index + 1)
        : "evaluation with %s statistics".formatted(statistics(index));
  }

  int steps() {
    return batches.size() - Statistics.values().length;
  }

  Statistics statistics(int pass) {
    return Statistics.values()[pass - steps()];
  }

  /**
   * Unlike a new network's, normalisations and their running statistics are random too, so that a
   * swapped or forgotten one shows.
   */
  private static float[] values(ParameterSpec tensor, RandomGenerator random) {
    final double deviation = Math.sqrt(2.0 / tensor.fanIn());
    final float[] values = new float[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              switch (tensor.initialization()) {
                case ONE -> 0.5 + random.nextDouble();
                case ZERO, UNIFORM, SMALL_NORMAL -> 0.3 * random.nextGaussian();
                case KAIMING_NORMAL -> deviation * random.nextGaussian();
              };
    }
    return values;
  }

  private static Batch batch(DecodedProgram program, int n, RandomGenerator random) {
    final float[] images = new float[n * program.channels() * program.height() * program.width()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return new Batch(
        images, IntStream.generate(() -> random.nextInt(program.classes())).limit(n).toArray());
  }

  @Override
  public String toString() {
    return name;
  }
}
