package org.nao.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the wrappers promise, through the real library. */
class EngineTest {
  private static final int IMAGES = 32;
  private static final int BATCH = 8;
  private static final long SEED = 20;
  private static final int LINEAR = 5;
  private static final int UNUSED = 7;

  private Device device;
  private Dataset dataset;
  private Network network;
  private Program program;

  @BeforeEach
  void open() {
    device = Device.open("cpu", 2);
    dataset = dataset(device, labels());
    network = Network.create(device, Programs.SIZES, Programs.TRAINABLE);
    program = Program.create(network, Programs.small());
    initialize(network);
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void aDeviceSaysWhatItIs() {
    assertThat(device.threads()).isEqualTo(2);
    assertThat(device.isa()).isIn("avx512", "avx2", "ref");
    assertThat(NativeLibrary.version()).matches("nao \\d+\\.\\d+\\.\\d+");
  }

  @Test
  void aMissingDeviceIsNamed() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> Device.open("abacus", 1))
        .withMessageContaining("abacus")
        .extracting(EngineException::status)
        .isIn(Status.NO_DEVICE, Status.INVALID);
  }

  @Test
  void tensorsAreReadBackAsWritten() {
    final float[] bias = {1, -2, 3.5f, 4};
    network.write(TensorArray.VALUE, 6, bias);
    assertThat(network.read(TensorArray.VALUE, 6)).containsExactly(bias);
    final float[] all = network.readAll(TensorArray.VALUE);
    assertThat(all).hasSize((int) Arrays.stream(Programs.SIZES).sum());
    final int offset = (int) Arrays.stream(Programs.SIZES).limit(6).sum();
    assertThat(Arrays.copyOfRange(all, offset, offset + 4)).containsExactly(bias);

    network.writeAll(TensorArray.MOMENTUM, all);
    assertThat(network.read(TensorArray.MOMENTUM, 6)).containsExactly(bias);
  }

  @Test
  void aTensorOfAnotherSizeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.write(TensorArray.VALUE, 6, new float[5]))
        .withMessage("data of tensor 6 has 5 elements, expected 4.");
  }

  @Test
  void aProgramKnowsItsTensorsAndItsMemory() {
    final boolean[] used = program.used();
    for (int i = 0; i < used.length; ++i) {
      assertThat(used[i]).as("tensor %d", i).isEqualTo(i != UNUSED);
    }
    assertThat(program.bytes(BATCH, true)).isGreaterThan(program.bytes(BATCH, false)).isPositive();
    assertThat(program.bytes(4 * BATCH, true)).isGreaterThan(program.bytes(BATCH, true));
    assertThat(program.classes()).isEqualTo(Programs.CLASSES);
    assertThat(program.imageSize()).isEqualTo(Programs.IMAGE_SIZE);
  }

  @Test
  void aBrokenProgramIsRefusedWithASentence() {
    final int[] code = Programs.small();
    code[0] = 17;
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> Program.create(network, code))
        .withMessageMatching("\\S.+")
        .extracting(EngineException::status)
        .isEqualTo(Status.INVALID);
  }

  @Test
  void aProgramThatNamesAMissingTensorIsRefused() {
    try (Network tooSmall = Network.create(device, new long[] {135}, new boolean[] {true})) {
      assertThatThrownBy(() -> Program.create(tooSmall, Programs.small()))
          .isInstanceOf(EngineException.class);
    }
  }

  @Test
  void trainingLowersTheLossAndCountsItsSteps() {
    final TrainResult result = train(40, 0.1f);
    assertThat(result.done()).isEqualTo(40);
    assertThat(result.losses()).hasSize(40);
    assertThat(result.gradientNorms()[0]).isPositive();
    assertThat(mean(result.losses(), 30, 40)).isLessThan(mean(result.losses(), 0, 10));
    assertThat(network.peakBytes()).isPositive();
  }

  @Test
  void theSameRunTwiceGivesTheSameBits() {
    final float[] first = train(5, 0.1f).losses();
    initialize(network);
    network.writeAll(TensorArray.MOMENTUM, new float[network.readAll(TensorArray.VALUE).length]);
    assertThat(train(5, 0.1f).losses()).containsExactly(first);
  }

  @Test
  void evaluationCountsPerProgram() {
    final int[] indices = IntStream.range(0, IMAGES).toArray();
    final Program[] twice = {program, program};
    final EvaluationResult result =
        network.evaluate(dataset, Statistics.BATCH, twice, BATCH, indices);
    assertThat(result.correct()).hasSize(2);
    assertThat(result.correct()[0]).isBetween(0L, (long) IMAGES).isEqualTo(result.correct()[1]);
    assertThat(result.losses()[0]).isPositive().isEqualTo(result.losses()[1]);
  }

  @Test
  void aForwardPassReturnsTheLogitsOfTheBias() {
    network.write(TensorArray.VALUE, LINEAR, new float[(int) Programs.SIZES[LINEAR]]);
    network.write(TensorArray.VALUE, 6, new float[] {0, 1, 2, 3});
    final StepResult result =
        network.forward(
            program, new float[2 * Programs.IMAGE_SIZE], new int[] {3, 0}, Statistics.BATCH);
    assertThat(result.logits()).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    assertThat(result.correct()).isEqualTo(1);
    final double logSum = Math.log(1 + Math.E + Math.exp(2) + Math.exp(3));
    assertThat(result.loss()).isCloseTo(logSum - 1.5, within(1e-5));
  }

  @Test
  void aStepChangesWhatItUsesAndNothingElse() {
    final float[] unused = network.read(TensorArray.VALUE, UNUSED);
    final float[] linear = network.read(TensorArray.VALUE, LINEAR);
    final StepResult result =
        network.step(
            program,
            noise(2 * Programs.IMAGE_SIZE),
            new int[] {1, 2},
            Training.builder().build(),
            0.1f,
            0);
    assertThat(result.gradientNorm()).isPositive();
    assertThat(network.read(TensorArray.VALUE, LINEAR)).isNotEqualTo(linear);
    assertThat(network.read(TensorArray.VALUE, UNUSED)).containsExactly(unused);
    assertThat(network.read(TensorArray.GRADIENT, LINEAR)).doesNotContain(Float.NaN);
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndKeepsTheWeights() {
    network.write(TensorArray.VALUE, 6, new float[] {Float.NaN, 0, 0, 0});
    final float[] linear = network.read(TensorArray.VALUE, LINEAR);
    assertThatExceptionOfType(NotFiniteException.class)
        .isThrownBy(() -> train(3, 0.1f))
        .satisfies(
            error -> {
              assertThat(error.completedSteps()).isZero();
              assertThat(error.status()).isEqualTo(Status.NOT_FINITE);
            });
    assertThat(network.read(TensorArray.VALUE, LINEAR)).containsExactly(linear);
  }

  @Test
  void arraysThatDoNotFitAreRefusedBeforeAnythingRuns() {
    final Training training = Training.builder().build();
    final Program[] one = {program};
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> network.train(dataset, training, one, 4, new int[3], new float[] {0.1f}, 0))
        .withMessage("indices has 3 elements, expected 4.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.train(dataset, training, one, 4, new int[4], new float[2], 0))
        .withMessage("learningRates has 2 elements, expected 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.forward(program, new float[7], new int[] {0}, Statistics.BATCH))
        .withMessage("images has 7 elements, expected 192.");
  }

  @Test
  void anImageThatIsNotThereIsRefused() {
    final Program[] one = {program};
    final int[] indices = {0, 1, 2, IMAGES};
    assertThatThrownBy(
            () ->
                network.train(
                    dataset, Training.builder().build(), one, 4, indices, new float[] {0.1f}, 0))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("32");
  }

  @Test
  void aLabelThatIsNoClassIsRefused() {
    final int[] labels = labels();
    labels[3] = Programs.CLASSES;
    assertThatThrownBy(() -> dataset(device, labels)).isInstanceOf(EngineException.class);
  }

  @Test
  void anotherNetworksProgramIsRefused() {
    final Network other = Network.create(device, Programs.SIZES, Programs.TRAINABLE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                other.forward(
                    program, new float[Programs.IMAGE_SIZE], new int[] {0}, Statistics.BATCH))
        .withMessageContaining("another network");
  }

  @Test
  void aClosedObjectSaysSo() {
    program.close();
    program.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> program.bytes(1, true))
        .withMessage("The program is closed.");
    network.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> network.readAll(TensorArray.VALUE))
        .withMessage("The network is closed.");
  }

  @Test
  void closingADeviceClosesWhatWasMadeFromIt() {
    device.close();
    assertThatIllegalStateException().isThrownBy(() -> program.used());
    assertThatIllegalStateException().isThrownBy(network::peakBytes);
    assertThatIllegalStateException()
        .isThrownBy(() -> Network.create(device, Programs.SIZES, Programs.TRAINABLE))
        .withMessage("The device is closed.");
    network.close();
    dataset.close();
  }

  @Test
  void aProfileHoldsTheSecondsOfEachKernel() {
    network.profile(true);
    train(2, 0.1f);
    final List<KernelTime> profile = network.profile(false);
    assertThat(profile)
        .extracting(KernelTime::kernel)
        .contains("augment", "conv_backward", "batch_norm", "loss", "sgd");
    assertThat(profile).allSatisfy(time -> assertThat(time.seconds()).isPositive());
    final double pixels = 2.0 * BATCH * Programs.SIDE * Programs.SIDE;
    final double multiplyAdds = pixels * Programs.CHANNELS * 9 * Programs.FEATURES;
    assertThat(profile)
        .filteredOn(time -> time.kernel().equals("conv"))
        .singleElement()
        .satisfies(
            time -> {
              assertThat(time.shape()).isEqualTo("3>5 8x8 k3 s1");
              assertThat(time.calls()).isEqualTo(2);
              assertThat(time.operations()).isEqualTo(2 * multiplyAdds);
              assertThat(time.bytes())
                  .isEqualTo(4 * pixels * (Programs.CHANNELS + Programs.FEATURES));
            });
    network.profile(true);
    assertThat(network.profile(true)).isEmpty();
  }

  private TrainResult train(int steps, float learningRate) {
    final Program[] programs = new Program[steps];
    Arrays.fill(programs, program);
    final float[] rates = new float[steps];
    Arrays.fill(rates, learningRate);
    final int[] indices = IntStream.range(0, steps * BATCH).map(i -> i % IMAGES).toArray();
    return network.train(
        dataset,
        Training.builder().totalSteps(steps).seed(SEED).build(),
        programs,
        BATCH,
        indices,
        rates,
        0);
  }

  /** Each class is brightest in a quarter of its own, on noise. */
  private static Dataset dataset(Device device, int[] labels) {
    final byte[] images = new byte[IMAGES * Programs.IMAGE_SIZE];
    new Random(SEED).nextBytes(images);
    for (int i = 0; i < IMAGES; ++i) {
      for (int p = 0; p < Programs.IMAGE_SIZE; ++p) {
        if (p % Programs.CLASSES == i % Programs.CLASSES) {
          images[i * Programs.IMAGE_SIZE + p] = (byte) 255;
        }
      }
    }
    return Dataset.create(
        device,
        images,
        labels,
        Programs.CHANNELS,
        Programs.SIDE,
        Programs.SIDE,
        Programs.CLASSES,
        new float[] {0.5f, 0.5f, 0.5f},
        new float[] {0.25f, 0.25f, 0.25f});
  }

  private static int[] labels() {
    return IntStream.range(0, IMAGES).map(i -> i % Programs.CLASSES).toArray();
  }

  private static void initialize(Network network) {
    final Random random = new Random(SEED);
    for (final int tensor : new int[] {0, LINEAR}) {
      final float[] weights = new float[(int) Programs.SIZES[tensor]];
      for (int i = 0; i < weights.length; ++i) {
        weights[i] = 0.2f * (float) random.nextGaussian();
      }
      network.write(TensorArray.VALUE, tensor, weights);
    }
    final float[] ones = new float[Programs.FEATURES];
    Arrays.fill(ones, 1);
    network.write(TensorArray.VALUE, 1, ones);
    network.write(TensorArray.VALUE, 2, new float[Programs.FEATURES]);
    network.write(TensorArray.VALUE, 3, new float[Programs.FEATURES]);
    network.write(TensorArray.VALUE, 4, ones);
    network.write(TensorArray.VALUE, 6, new float[Programs.CLASSES]);
  }

  private static float[] noise(int size) {
    final Random random = new Random(SEED);
    final float[] values = new float[size];
    for (int i = 0; i < size; ++i) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double mean(float[] values, int from, int to) {
    return IntStream.range(from, to).mapToDouble(i -> values[i]).average().orElseThrow();
  }
}
