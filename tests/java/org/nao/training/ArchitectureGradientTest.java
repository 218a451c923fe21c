package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.SmoothToy;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.space.SearchSpace;

class ArchitectureGradientTest {
  private static final NetworkShape SHAPE = new NetworkShape(1, 2, 3, 8, 8, 4, false);
  private static final DartsSearchNetwork SEARCH =
      new DartsSearchNetwork(SearchSpace.darts(), SHAPE);
  private static final Training GRADIENTS =
      Training.builder().momentum(0).weightDecay(0).gradientsOnly(true).build();
  private static final Training UNROLLED =
      Training.builder().momentum(0.9f).weightDecay(3e-4f).build();
  private static final float RATE = 0.02f;

  private record Batch(float[] images, int[] labels) {
    static Batch random(Random random) {
      final int size = 12;
      final float[] images = new float[size * 3 * 8 * 8];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian();
      }
      return new Batch(images, random.ints(size, 0, 4).toArray());
    }
  }

  /** A network, its logits, and two batches. */
  private static final class Toy implements AutoCloseable {
    final Device device = Device.open("cpu", 2);
    final ParameterTable table;
    final Network network;
    final Program program;
    final int logitsIndex;
    final ArchitectureGradient gradient;
    final ArchitectureGradient.Pass training;
    final ArchitectureGradient.Pass validation;
    final ArchitectureGradient.Pass unrolled;
    final int firstLogit;
    double lastLoss;

    Toy(ParameterTable table, int[] words, int logitsIndex, long seed) {
      this.table = table;
      this.logitsIndex = logitsIndex;
      network = Networks.create(device, table);
      program = Program.create(network, words);
      gradient = new ArchitectureGradient(network, logitsIndex);
      firstLogit = table.offset(logitsIndex);
      Networks.initialize(network, table, seed);
      final Random random = new Random(seed);
      final float[] values = network.readAll(TensorArray.VALUE);
      for (int i = 0; i < logits(); i++) {
        values[firstLogit + i] = (float) random.nextGaussian();
      }
      network.writeAll(TensorArray.VALUE, values);
      final Batch trained = Batch.random(random);
      final Batch validated = Batch.random(random);
      training = pass(trained);
      validation = pass(validated);
      unrolled =
          () ->
              network.unrollStep(
                  program,
                  UNROLLED,
                  trained.images(),
                  trained.labels(),
                  validated.images(),
                  validated.labels(),
                  RATE,
                  0);
    }

    private ArchitectureGradient.Pass pass(Batch of) {
      return () ->
          lastLoss = network.step(program, of.images(), of.labels(), GRADIENTS, 0, 0).loss();
    }

    int logits() {
      return (int) table.parameters().get(logitsIndex).elements();
    }

    float[] weightGradient() {
      final float[] all = network.readAll(TensorArray.GRADIENT);
      java.util.Arrays.fill(all, firstLogit, firstLogit + logits(), 0);
      return all;
    }

    /** Whether an element of all values is of a weight: no logit, no running statistic. */
    boolean isWeight(int element) {
      int tensor = 0;
      while (table.offset(tensor + 1) <= element) {
        tensor++;
      }
      return tensor != logitsIndex && table.parameters().get(tensor).trainable();
    }

    void moveLogit(float[] values, int index, float by) {
      final float[] moved = values.clone();
      moved[firstLogit + index] += by;
      network.writeAll(TensorArray.VALUE, moved);
    }

    @Override
    public void close() {
      network.close();
      device.close();
    }
  }

  /** One cell, a reduction. */
  private static Toy cell(long seed) {
    return new Toy(SEARCH.table(), SEARCH.words(), SEARCH.reductionLogits(), seed);
  }

  @Test
  void firstOrderIsTheSlopeOfTheLoss() {
    try (Toy toy = cell(2)) {
      final float[] gradient = toy.gradient.after(toy.validation);
      final float[] values = toy.network.readAll(TensorArray.VALUE);
      double largest = 0;
      for (final float each : gradient) {
        largest = Math.max(largest, Math.abs(each));
      }
      final float step = 1e-2f;
      for (int i = 0; i < toy.logits(); i += 3) {
        toy.moveLogit(values, i, step);
        toy.validation.run();
        final double above = toy.lastLoss;
        toy.moveLogit(values, i, -step);
        toy.validation.run();
        final double slope = (above - toy.lastLoss) / (2 * step);
        assertThat((double) gradient[i]).as("logit %d", i).isCloseTo(slope, within(5e-2 * largest));
      }
    }
  }

  /**
   * The mixed derivative the other way round: differences over each logit of dL_train/dw, times d.
   */
  @Test
  void secondOrderIsTheHessianProduct() {
    final SmoothToy smooth = new SmoothToy();
    try (Toy toy = new Toy(smooth.table(), smooth.words(), smooth.logits(), 3)) {
      final float[] weights = toy.network.readAll(TensorArray.VALUE);
      final float[] actual = toy.gradient.after(toy.unrolled);
      assertThat(toy.network.readAll(TensorArray.VALUE)).isEqualTo(weights);
      assertThat(toy.network.readAll(TensorArray.MOMENTUM)).containsOnly(0);

      toy.training.run();
      final float[] slope = toy.weightGradient();
      final float[] moved = weights.clone();
      for (int i = 0; i < moved.length; i++) {
        if (toy.isWeight(i)) {
          moved[i] -= RATE * (slope[i] + 3e-4f * weights[i]);
        }
      }
      toy.network.writeAll(TensorArray.VALUE, moved);
      final float[] ahead = toy.gradient.after(toy.validation);
      final float[] direction = toy.weightGradient();
      final float step = 1e-2f;
      double square = 0;
      double difference = 0;
      for (int i = 0; i < toy.logits(); i++) {
        toy.moveLogit(weights, i, step);
        toy.training.run();
        final float[] above = toy.weightGradient();
        toy.moveLogit(weights, i, -step);
        toy.training.run();
        final float[] below = toy.weightGradient();
        double product = 0;
        for (int j = 0; j < above.length; j++) {
          product += ((double) above[j] - below[j]) / (2 * step) * direction[j];
        }
        final double mixed = (ahead[i] - actual[i]) / RATE;
        square += product * product;
        difference += (mixed - product) * (mixed - product);
      }
      // Two float32 differences, each over steps of about 1e-2.
      assertThat(Math.sqrt(difference / square)).isLessThan(0.02);
      assertThat(RATE * Math.sqrt(square)).isGreaterThan(1e-5);
    }
  }

  @Test
  void runningStatisticsStay() {
    try (Toy toy = cell(4)) {
      final float[] before = toy.network.readAll(TensorArray.VALUE);
      toy.gradient.after(toy.validation);
      assertThat(toy.network.readAll(TensorArray.VALUE)).isEqualTo(before);
    }
  }
}
