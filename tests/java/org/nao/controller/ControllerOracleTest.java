package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.search.config.Presets;
import org.nao.space.SearchSpace;

/** The whole controller against libtorch, from the same weights and in the same order of data. */
class ControllerOracleTest {

  private static final int SEQUENCES = 100;
  private static final SequenceLayout LAYOUT =
      new ArchitectureTokens(SearchSpace.naoSmall()).layout();

  /** 200 steps: 10 epochs of 20. */
  private static final ControllerConfig CONFIG =
      Presets.of("nao-v2", "paper")
          .controller()
          .withEpochs(10)
          .withBatchSize(50)
          .withAugmentation(10)
          .withTrainingShare(1);

  private final List<int[]> sequences = Sequences.random(LAYOUT, SEQUENCES, 81);
  private final double[] scores = new SplittableRandom(82).doubles(SEQUENCES).toArray();

  /** Adam divides gradients by their size, so differences of rounding grow with the steps. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu:avx2", "cpu:avx512"})
  void theLossesOf200StepsAreLibtorchs(String name) {
    try (Device device = opened(name);
        Controller controller = new Controller(LAYOUT, CONFIG, 83, device);
        TorchController torch = new TorchController(LAYOUT, CONFIG, 83, 2)) {
      assertThat(controller.predict(sequences).length).isEqualTo(SEQUENCES);
      close(controller.predict(sequences), torch.predict(sequences), 2e-6);
      assertThat(controller.generate(sequences, new double[] {0, 1, 5, 20}))
          .containsExactlyElementsOf(torch.generate(sequences, new double[] {0, 1, 5, 20}));
      final TrainingHistory ours =
          controller.train(sequences, scores, 84, epoch -> {}, () -> false);
      final TrainingHistory theirs = torch.train(sequences, scores, 84, epoch -> {}, () -> false);
      for (int epoch = 0; epoch < CONFIG.epochs(); epoch++) {
        final TrainingEpoch own = ours.epochs().get(epoch);
        final TrainingEpoch expected = theirs.epochs().get(epoch);
        final double tolerance = epoch == 0 ? 1e-5 : 1e-3;
        assertThat(own.predictorLoss())
            .as("epoch %d", epoch)
            .isCloseTo(expected.predictorLoss(), within(tolerance));
        assertThat(own.decoderLoss()).isCloseTo(expected.decoderLoss(), within(tolerance));
      }
      assertThat(ours.epochs().get(9).loss()).isLessThan(0.9 * ours.epochs().get(0).loss());
      close(controller.predict(sequences), torch.predict(sequences), 0.02);
    }
  }

  /** From libtorch's trained weights, so that nothing has grown apart. */
  @Test
  void trainedWeightsWriteTheSameSequences() {
    try (Device device = Device.open("cpu", 1);
        Controller controller = new Controller(LAYOUT, CONFIG, 85, device);
        TorchController torch = new TorchController(LAYOUT, CONFIG, 85, 2)) {
      torch.train(sequences, scores, 86, epoch -> {}, () -> false);
      controller.restore(torch.state());
      close(controller.predict(sequences), torch.predict(sequences), 1e-5);
      close(controller.predictMoved(sequences, 3), torch.predictMoved(sequences, 3), 1e-5);
      final List<int[]> own = controller.generate(sequences, new double[] {1, 10});
      final List<int[]> expected = torch.generate(sequences, new double[] {1, 10});
      int same = 0;
      for (int i = 0; i < own.size(); i++) {
        same += Arrays.equals(own.get(i), expected.get(i)) ? 1 : 0;
      }
      // Two tokens may be equally likely but for rounding.
      assertThat(same).isGreaterThanOrEqualTo(own.size() - 1);
    }
  }

  private static Device opened(String name) {
    try {
      return Device.open(name, 2);
    } catch (EngineException e) {
      Assumptions.abort(e.getMessage());
      throw e;
    }
  }

  private static void close(double[] actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
