package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;

/** A controller trained for a few seconds on a score that can be learnt. */
class ControllerLearningTest {

  private static final SequenceLayout LAYOUT = SequenceLayout.ofCells(2, 5, 5);
  private static final ControllerConfig CONFIG =
      Presets.of("nao-v2", "paper")
          .controller()
          .withSizes(16, 32)
          .withEpochs(12)
          .withBatchSize(50)
          .withAugmentation(4);

  private static Controller controller;
  private static List<int[]> sequences;
  private static TrainingHistory history;

  @BeforeAll
  static void train() {
    sequences = Sequences.random(LAYOUT, 300, 31);
    controller = new Controller(LAYOUT, CONFIG, 32, Cpu.of(2));
    history =
        controller.train(
            sequences, Sequences.scores(LAYOUT, sequences), 33, epoch -> {}, () -> false);
  }

  @AfterAll
  static void close() {
    controller.close();
  }

  @Test
  void theLossFalls() {
    final TrainingEpoch first = history.epochs().get(0);
    final TrainingEpoch last = history.epochs().get(11);
    assertThat(history.stopped()).isFalse();
    assertThat(last.predictorLoss()).isLessThan(0.5 * first.predictorLoss());
    assertThat(last.decoderLoss()).isLessThan(0.7 * first.decoderLoss());
    assertThat(last.loss()).isLessThan(0.7 * first.loss());
  }

  @Test
  void ranksHeldOutSequences() {
    final TrainingEpoch last = history.epochs().get(11);
    assertThat(last.heldOutPairwiseAccuracy()).isGreaterThan(0.75);
    assertThat(last.heldOutPredictorLoss()).isLessThan(0.03);
    final List<int[]> unseen = Sequences.random(LAYOUT, 100, 34);
    final float[] predictions = floats(controller.predict(unseen));
    assertThat(PairwiseAccuracy.of(predictions, floats(Sequences.scores(LAYOUT, unseen))))
        .isGreaterThan(0.75);
  }

  @Test
  void embeddingsHaveUnitLength() {
    for (final float[] embedding : controller.embed(sequences.subList(0, 20))) {
      assertThat(embedding).hasSize(CONFIG.hiddenSize());
      double square = 0;
      for (final float value : embedding) {
        square += value * value;
      }
      assertThat(Math.abs(square - 1)).isLessThan(1e-5);
    }
  }

  @Test
  void aSmallStepRaisesThePrediction() {
    final double[] before = controller.predict(sequences.subList(0, 50));
    final double[] moved = controller.predictMoved(sequences.subList(0, 50), 0.1);
    for (int i = 0; i < before.length; i++) {
      assertThat(moved[i]).isGreaterThan(before[i]);
    }
  }

  @Test
  void generatedSequencesAreLegalAndBetterThanTheirSeeds() {
    final List<int[]> seeds = sequences.subList(0, 50);
    final List<int[]> generated = controller.generate(seeds, 20);
    assertThat(generated).hasSize(50).allSatisfy(LAYOUT::check);
    assertThat(mean(controller.predict(generated))).isGreaterThan(mean(controller.predict(seeds)));
    assertThat(mean(Sequences.scores(LAYOUT, generated)))
        .isGreaterThan(mean(Sequences.scores(LAYOUT, seeds)) + 1);
  }

  @Test
  void improvesOnTheBestOfItsPool() {
    final List<int[]> best =
        sequences.stream()
            .sorted(Comparator.comparingDouble(tokens -> -Sequences.score(LAYOUT, tokens)))
            .limit(30)
            .toList();
    final double bestScore = Sequences.score(LAYOUT, best.get(0));
    final double reached =
        IntStream.rangeClosed(1, 30)
            .mapToObj(step -> controller.generate(best, step))
            .flatMap(List::stream)
            .mapToDouble(tokens -> Sequences.score(LAYOUT, tokens))
            .max()
            .orElseThrow();
    assertThat(reached).isGreaterThan(bestScore);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static float[] floats(double[] values) {
    final float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
