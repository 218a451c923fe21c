package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nao.run.RunException;
import org.nao.search.config.Presets;

/** Reproducibility: the same seeds, any number of threads, saved and restored. */
class ControllerStateTest {

  private static final SequenceLayout LAYOUT = SequenceLayout.ofCells(2, 3, 5);
  private static final ControllerConfig CONFIG =
      Presets.of("nao-v2", "paper")
          .controller()
          .withSizes(8, 16)
          .withEpochs(3)
          .withBatchSize(75)
          .withAugmentation(2);

  private final List<int[]> sequences = Sequences.random(LAYOUT, 60, 41);
  private final double[] scores = Sequences.scores(LAYOUT, sequences);

  @Test
  void theSameSeedGivesTheSameBitsForAnyNumberOfThreads() {
    try (Controller one = new Controller(LAYOUT, CONFIG, 42, Cpu.of(1));
        Controller again = new Controller(LAYOUT, CONFIG, 42, Cpu.of(1));
        Controller four = new Controller(LAYOUT, CONFIG, 42, Cpu.of(4))) {
      final TrainingHistory history = train(one, 43);
      assertThat(train(again, 43)).isEqualTo(history);
      assertThat(train(four, 43)).isEqualTo(history);
      assertSameState(again.state(), one.state());
      assertSameState(four.state(), one.state());
      assertThat(four.generate(sequences, 5)).containsExactlyElementsOf(one.generate(sequences, 5));
    }
  }

  @Test
  void otherSeedsGiveOtherWeights() {
    try (Controller one = new Controller(LAYOUT, CONFIG, 44, Cpu.of(1));
        Controller other = new Controller(LAYOUT, CONFIG, 45, Cpu.of(1))) {
      assertThat(other.predict(sequences)).isNotEqualTo(one.predict(sequences));
      other.restore(one.state());
      train(one, 46);
      train(other, 47);
      assertThat(other.predict(sequences)).isNotEqualTo(one.predict(sequences));
    }
  }

  @Test
  void aRestoredControllerGoesOnWithTheSameBits() {
    try (Controller original = new Controller(LAYOUT, CONFIG, 48, Cpu.of(2));
        Controller restored = new Controller(LAYOUT, CONFIG, 49, Cpu.of(2))) {
      train(original, 50);
      restored.restore(original.state());
      assertThat(restored.predict(sequences)).containsExactly(original.predict(sequences));
      assertThat(restored.generate(sequences, 2))
          .containsExactlyElementsOf(original.generate(sequences, 2));
      assertThat(train(restored, 51)).isEqualTo(train(original, 51));
      assertSameState(restored.state(), original.state());
    }
  }

  @Test
  void shapesDescribeTheState() {
    try (Controller controller =
        new Controller(LAYOUT, Presets.of("nao-v2", "paper").controller(), 52, Cpu.of(1))) {
      final Map<String, long[]> shapes = controller.stateShapes();
      assertThat(shapes.keySet()).containsExactlyElementsOf(controller.state().keySet());
      controller
          .state()
          .forEach(
              (name, values) ->
                  assertThat(Arrays.stream(shapes.get(name)).reduce(1, (a, b) -> a * b))
                      .as(name)
                      .isEqualTo(values.length));
      assertThat(shapes.get("encoder.rnn.weight_ih_l0")).containsExactly(256, 64);
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWhole() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 53, Cpu.of(1));
        Controller larger = new Controller(LAYOUT, CONFIG.withSizes(8, 20), 54, Cpu.of(1))) {
      final Map<String, float[]> before = controller.state();
      assertThatThrownBy(() -> controller.restore(larger.state()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("encoder.rnn.weight_ih_l0 has 1280 values, not 1024 [64, 16]");
      assertThatThrownBy(() -> controller.restore(Map.of()))
          .hasMessage("the controller's weight encoder.embedding.weight is missing");
      assertThatThrownBy(() -> controller.restore(Map.of("x", new float[1])))
          .hasMessage("the controller has no weight x");
      assertSameState(controller.state(), before);
    }
  }

  @Test
  void stopsBeforeTheNextEpoch() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 55, Cpu.of(1))) {
      final AtomicInteger asked = new AtomicInteger();
      final List<TrainingEpoch> reported = new ArrayList<>();
      final TrainingHistory history =
          controller.train(sequences, scores, 56, reported::add, () -> asked.incrementAndGet() > 2);
      assertThat(history.stopped()).isTrue();
      assertThat(asked).hasValue(3);
      assertThat(history.epochs()).hasSize(2).isEqualTo(reported);
    }
  }

  /** Weights and moments of the first epoch, put into a controller of other weights. */
  @Test
  void anInterruptedTrainingEndsAsOneThatWasNot() {
    try (Controller whole = new Controller(LAYOUT, CONFIG, 71, Cpu.of(1));
        Controller first = new Controller(LAYOUT, CONFIG, 71, Cpu.of(1));
        Controller second = new Controller(LAYOUT, CONFIG, 72, Cpu.of(2))) {
      final TrainingHistory uninterrupted =
          whole.train(sequences, scores, 73, epoch -> {}, () -> false);
      final List<TrainingPoint> points = new ArrayList<>();
      first.train(
          sequences,
          scores,
          73,
          Optional.empty(),
          (epoch, point) -> points.add(point.get()),
          () -> !points.isEmpty());
      assertThat(points).hasSize(1);
      second.restore(first.state());
      final TrainingHistory rest =
          second.train(
              sequences, scores, 73, Optional.of(points.get(0)), (epoch, point) -> {}, () -> false);
      assertThat(rest.epochs()).isEqualTo(uninterrupted.epochs().subList(1, 3));
      assertSameState(second.state(), whole.state());
    }
  }

  @Test
  void trainsOnASingleSequence() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 57, Cpu.of(4))) {
      final TrainingHistory history =
          controller.train(
              sequences.subList(0, 1), new double[] {0.5}, 58, epoch -> {}, () -> false);
      assertThat(history.epochs()).hasSize(3);
      final TrainingEpoch last = history.epochs().get(2);
      assertThat(last.loss()).isFinite();
      assertThat(last.heldOutPredictorLoss()).isNaN();
      assertThat(last.heldOutPairwiseAccuracy()).isNaN();
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsTheTraining() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 61, Cpu.of(1))) {
      final Map<String, float[]> state = controller.state();
      state.get("decoder.out.bias")[0] = Float.NaN;
      controller.restore(state);
      assertThatThrownBy(() -> train(controller, 62))
          .isInstanceOf(RunException.class)
          .hasMessage(
              "the controller's loss became infinite or no number in epoch 1; lower its learning"
                  + " rate, now 0.001");
    }
  }

  @Test
  void argumentsThatDoNotFitAreNamed() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 59, Cpu.of(1))) {
      assertThatThrownBy(() -> train(controller, sequences, new double[3]))
          .hasMessageContaining("60 sequences and 3 accuracies");
      assertThatThrownBy(() -> train(controller, List.of(), new double[0]))
          .hasMessageContaining("at least one");
      assertThatThrownBy(
              () -> train(controller, sequences.subList(0, 1), new double[] {Double.NaN}))
          .hasMessage("an accuracy is NaN, must be finite");
      assertThatThrownBy(() -> controller.predict(List.of(new int[24])))
          .hasMessage("token 0 at position 0 is not one of 1 to 2");
      assertThatThrownBy(() -> controller.predict(List.of()))
          .hasMessage("the controller got no sequences");
      assertThatThrownBy(() -> controller.generate(sequences, -1))
          .hasMessage("the step size is -1.0, must be 0 or more");
    }
  }

  private TrainingHistory train(Controller controller, long seed) {
    return controller.train(sequences, scores, seed, epoch -> {}, () -> false);
  }

  private static TrainingHistory train(
      Controller controller, List<int[]> sequences, double[] accuracies) {
    return controller.train(sequences, accuracies, 1, epoch -> {}, () -> false);
  }

  private static void assertSameState(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> assertThat(actual.get(name)).as(name).containsExactly(values));
  }
}
