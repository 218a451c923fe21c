package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;

/** libtorch's results against {@link ReferenceController}. */
class ControllerFormulasTest {

  private static final SequenceLayout LAYOUT = SequenceLayout.ofCells(2, 3, 4);
  private static final ControllerConfig CONFIG =
      Presets.of("nao-v2", "paper")
          .controller()
          .withSizes(6, 10)
          .withEpochs(1)
          .withBatchSize(75)
          .withAugmentation(1)
          .withTrainingShare(1);

  /** Sums of some tens of float32 products of values around 1. */
  private static final double TOLERANCE = 1e-5;

  @Test
  void embeddingsPredictionsAndTheirStepUphill() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 21, Cpu.of(1))) {
      final ReferenceController reference =
          new ReferenceController(LAYOUT, CONFIG, controller.state());
      final List<int[]> sequences = Sequences.random(LAYOUT, 5, 22);
      final float[][] embeddings = controller.embed(sequences);
      final double[] predictions = controller.predict(sequences);
      final double[] moved = controller.predictMoved(sequences, 3);
      for (int i = 0; i < sequences.size(); i++) {
        final double[][] outputs = reference.outputs(sequences.get(i));
        final double[] embedding = reference.embedding(outputs);
        for (int j = 0; j < embedding.length; j++) {
          assertThat((double) embeddings[i][j]).isCloseTo(embedding[j], within(TOLERANCE));
        }
        assertThat(predictions[i]).isCloseTo(reference.prediction(embedding), within(TOLERANCE));
        final double[][] movedOutputs = reference.moved(outputs, 3);
        assertThat(moved[i])
            .isCloseTo(reference.prediction(reference.embedding(movedOutputs)), within(TOLERANCE));
      }
    }
  }

  @Test
  void generatedSequencesAreTheMostLikelyOfTheMovedEncodings() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 23, Cpu.of(1))) {
      final ReferenceController reference =
          new ReferenceController(LAYOUT, CONFIG, controller.state());
      final List<int[]> seeds = Sequences.random(LAYOUT, 6, 24);
      final List<int[]> generated = controller.generate(seeds, 40);
      for (int i = 0; i < seeds.size(); i++) {
        final double[][] moved = reference.moved(reference.outputs(seeds.get(i)), 40);
        assertThat(generated.get(i)).containsExactly(reference.decode(moved));
      }
    }
  }

  @Test
  void aStepLowersTheJointLossAlongItsGradient() {
    final List<int[]> sequences = Sequences.random(LAYOUT, 10, 25);
    final double[] targets = new SplittableRandom(26).doubles(10).toArray();
    targets[3] = 0;
    targets[7] = 1;
    try (Controller controller = new Controller(LAYOUT, CONFIG, 27, Cpu.of(2))) {
      final Map<String, float[]> before = controller.state();
      final double lossBefore =
          new ReferenceController(LAYOUT, CONFIG, before).loss(sequences, targets);
      final TrainingHistory history =
          controller.train(sequences, targets, 28, epoch -> {}, () -> false);
      final Map<String, float[]> after = controller.state();

      assertThat(history.epochs()).hasSize(1);
      assertThat(history.epochs().get(0).loss()).isCloseTo(lossBefore, within(TOLERANCE));
      assertThat(new ReferenceController(LAYOUT, CONFIG, after).loss(sequences, targets))
          .isLessThan(lossBefore);

      // Adam's first step moves every weight by the learning rate against its gradient's sign.
      final SplittableRandom random = new SplittableRandom(29);
      for (final String name : before.keySet()) {
        for (int trial = 0; trial < 4; trial++) {
          final int index = random.nextInt(before.get(name).length);
          final double gradient = gradient(before, name, index, sequences, targets);
          if (Math.abs(gradient) > 1e-4) {
            final double change = after.get(name)[index] - before.get(name)[index];
            assertThat(change)
                .as("%s[%d] with gradient %g", name, index, gradient)
                .isCloseTo(
                    -Math.signum(gradient) * CONFIG.learningRate(),
                    within(0.02 * CONFIG.learningRate()));
          }
        }
      }
    }
  }

  private static double gradient(
      Map<String, float[]> weights,
      String name,
      int index,
      List<int[]> sequences,
      double[] targets) {
    final float delta = 1e-3f;
    return (shiftedLoss(weights, name, index, delta, sequences, targets)
            - shiftedLoss(weights, name, index, -delta, sequences, targets))
        / (2 * delta);
  }

  private static double shiftedLoss(
      Map<String, float[]> weights,
      String name,
      int index,
      float delta,
      List<int[]> sequences,
      double[] targets) {
    final Map<String, float[]> shifted = new HashMap<>(weights);
    final float[] values = Arrays.copyOf(weights.get(name), weights.get(name).length);
    values[index] += delta;
    shifted.put(name, values);
    return new ReferenceController(LAYOUT, CONFIG, shifted).loss(sequences, targets);
  }
}
