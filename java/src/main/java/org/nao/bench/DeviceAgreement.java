package org.nao.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;

/**
 * Trains one supernet on two devices, from the same weights with the same images, architectures and
 * random draws, one architecture per step, and compares what comes out.
 *
 * <p>Two correct fp32 implementations differ by rounding in the first step, and training amplifies
 * the difference from step to step as it does any small change of the weights. So the first loss is
 * judged by what rounding does, and what is more sensitive, the first gradient norm and the whole
 * run, by a control: the second device trains once more from weights that were changed by half a
 * unit in the last place.
 *
 * @param batch N, images per step
 * @param seed of architectures, weights, images and draws
 */
public record DeviceAgreement(
    SearchSpace space, NetworkShape shape, int batch, int steps, long seed) {
  /** Rounding through some hundred layers stays below; a wrong formula is off by 1e-2 and more. */
  private static final double FIRST_STEP = 1e-4;

  /** How many times as far as the control's end the devices' ends may lie apart. */
  private static final double TIMES_CONTROL = 10;

  /** The least distance that counts for the control, which may come out closer by chance. */
  private static final double LEAST_CONTROL = 1e-5;

  /** About half a unit in the last place of a float. */
  private static final float ROUNDING = 0x1p-24f;

  private static final float LEARNING_RATE = 0.025f;

  public DeviceAgreement {
    Workload.positive("batch", batch);
    Workload.positive("steps", steps);
  }

  /**
   * What came out.
   *
   * @param agree whether every difference is within its tolerance
   * @param firstLossDifference of the first step's losses, relative
   * @param firstNormDifference of the first step's gradient norms, relative
   * @param lossDifference the largest of all steps, relative
   * @param weightDifference norm of the difference of all weights after the last step over the norm
   *     of their change
   * @param controlLossDifference the same of the control
   * @param controlWeightDifference the same of the control
   * @param losses of the device
   * @param expectedLosses of the device it is compared with
   */
  public record Result(
      boolean agree,
      double firstLossDifference,
      double firstNormDifference,
      double lossDifference,
      double weightDifference,
      double controlLossDifference,
      double controlWeightDifference,
      double firstLossTolerance,
      double firstNormTolerance,
      double lossTolerance,
      double weightTolerance,
      List<Double> losses,
      List<Double> expectedLosses) {}

  private record Outcome(TrainResult steps, float[] before, float[] after) {}

  /** Trains on both devices and compares them after every step. */
  public Result compare(Device device, Device expected) {
    final Outcome actual = train(device, 0);
    final Outcome reference = train(expected, 0);
    final Outcome control = train(expected, ROUNDING);
    final double firstLoss = relative(actual.steps.losses()[0], reference.steps.losses()[0]);
    final double firstNorm =
        relative(actual.steps.gradientNorms()[0], reference.steps.gradientNorms()[0]);
    final double controlNorm =
        relative(control.steps.gradientNorms()[0], reference.steps.gradientNorms()[0]);
    final double normTolerance = TIMES_CONTROL * Math.max(LEAST_CONTROL, controlNorm);
    final double loss = lossDifference(actual, reference);
    final double weights = weightDifference(actual, reference);
    final double controlLoss = lossDifference(control, reference);
    final double controlWeights = weightDifference(control, reference);
    final double lossTolerance = TIMES_CONTROL * Math.max(LEAST_CONTROL, controlLoss);
    final double weightTolerance = TIMES_CONTROL * Math.max(LEAST_CONTROL, controlWeights);
    return new Result(
        firstLoss <= FIRST_STEP
            && firstNorm <= normTolerance
            && loss <= lossTolerance
            && weights <= weightTolerance,
        firstLoss,
        firstNorm,
        loss,
        weights,
        controlLoss,
        controlWeights,
        FIRST_STEP,
        normTolerance,
        lossTolerance,
        weightTolerance,
        doubles(actual.steps.losses()),
        doubles(reference.steps.losses()));
  }

  private double lossDifference(Outcome actual, Outcome reference) {
    double worst = 0;
    for (int i = 0; i < steps; i++) {
      worst = Math.max(worst, relative(actual.steps.losses()[i], reference.steps.losses()[i]));
    }
    return worst;
  }

  private static double weightDifference(Outcome actual, Outcome reference) {
    return distance(actual.after, reference.after) / distance(reference.after, reference.before);
  }

  /** {@code change}: of each weight, relative, up or down at random. */
  private Outcome train(Device device, float change) {
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(seed);
    final List<int[]> words =
        Stream.generate(() -> supernet.words(space.random(random))).limit(steps).toList();
    final int[] indices = IntStream.range(0, Math.multiplyExact(batch, steps)).toArray();
    final float[] rates = new float[steps];
    Arrays.fill(rates, LEARNING_RATE);
    final Training training =
        Training.builder()
            .dropPathKeep(0.9f)
            .cropPadding(4)
            .flip(true)
            .totalSteps(steps)
            .seed(seed)
            .build();
    try (Dataset dataset = NoiseImages.create(device, shape, indices.length, random);
        Network network = Networks.create(device, supernet.table())) {
      Networks.initialize(network, supernet.table(), seed);
      final float[] before = network.readAll(TensorArray.VALUE);
      final float[] changed = before.clone();
      final Random sides = new Random(seed);
      for (int i = 0; i < changed.length; i++) {
        changed[i] *= 1 + (sides.nextBoolean() ? 2 * change : -change);
      }
      network.writeAll(TensorArray.VALUE, changed);
      final Program[] programs = new Program[steps];
      for (int i = 0; i < steps; i++) {
        programs[i] = Program.create(network, words.get(i)); // closed with the network
      }
      final TrainResult result =
          network.train(dataset, training, programs, batch, indices, rates, 0);
      return new Outcome(result, before, network.readAll(TensorArray.VALUE));
    }
  }

  private static double relative(double actual, double expected) {
    return Math.abs(actual - expected) / Math.abs(expected);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      final double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static List<Double> doubles(float[] values) {
    final List<Double> list = new ArrayList<>(values.length);
    for (final float value : values) {
      list.add((double) value);
    }
    return list;
  }
}
