package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;
import org.nao.run.Safetensors;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;
import org.nao.search.config.Presets;

/** A step from files against {@link ReferenceController}. */
class ControllerStepTest {
  private static final SequenceLayout LAYOUT = SequenceLayout.ofCells(2, 3, 4);
  private static final ControllerConfig CONFIG =
      Presets.of("nao-v2", "paper").controller().withSizes(6, 10);
  private static final int BATCH = 7;

  @TempDir private Path folder;
  private final List<int[]> sequences = Sequences.random(LAYOUT, BATCH, 91);
  private final double[] targets = new SplittableRandom(92).doubles(BATCH).toArray();
  private final ControllerStep step =
      new ControllerStep(LAYOUT, 1e-3, 5, 0, CONFIG.tradeoff(), new double[] {2, 0.5});

  @Test
  void allNumbersAreThoseOfTheFormulas() {
    final Map<String, Tensor> outputs;
    final Map<String, float[]> weights;
    try (Controller controller = new Controller(LAYOUT, CONFIG, 93, Cpu.of(1))) {
      weights = controller.state();
      outputs = run(weights, controller.stateShapes(), tokens());
      assertThat(outputs.get("generated/2").ints())
          .containsExactly(TrainingSet.flat(controller.generate(sequences, 2)));
      assertThat(outputs.get("generated/0.5").ints())
          .containsExactly(TrainingSet.flat(controller.generate(sequences, 0.5)));
    }
    final ReferenceController reference = new ReferenceController(LAYOUT, CONFIG, weights);
    final float[] losses = outputs.get("loss").floats();
    assertThat((double) losses[0]).isCloseTo(reference.loss(sequences, targets), within(1e-5));
    assertThat((double) losses[0]).isCloseTo(0.8 * losses[1] + 0.2 * losses[2], within(1e-6));
    for (int i = 0; i < BATCH; i++) {
      assertThat((double) outputs.get("prediction").floats()[i])
          .isCloseTo(
              reference.prediction(reference.embedding(reference.outputs(sequences.get(i)))),
              within(1e-5));
    }
    final float[] logs = outputs.get("log_prob").floats();
    double nll = 0;
    for (int i = 0; i < BATCH * LAYOUT.length(); i++) {
      double sum = 0;
      for (int v = 0; v < LAYOUT.vocabulary(); v++) {
        sum += Math.exp(logs[i * LAYOUT.vocabulary() + v]);
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      nll -= logs[i * LAYOUT.vocabulary() + tokens()[i]];
    }
    assertThat(nll / BATCH / LAYOUT.length()).isCloseTo(losses[2], within(1e-5));

    double squares = 0;
    for (final String name : weights.keySet()) {
      final float[] gradient = outputs.get("grad/" + name).floats();
      final float[] after = outputs.get("param/" + name).floats();
      for (int i = 0; i < gradient.length; i++) {
        squares += (double) gradient[i] * gradient[i];
        if (Math.abs(gradient[i]) > 1e-4) {
          // Adam's first step is of the learning rate.
          assertThat((double) after[i])
              .isCloseTo(weights.get(name)[i] - 1e-3 * Math.signum(gradient[i]), within(2e-6));
        }
      }
    }
    assertThat((double) outputs.get("grad_norm").floats()[0])
        .isCloseTo(Math.sqrt(squares), within(1e-5));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    try (Controller controller = new Controller(LAYOUT, CONFIG, 94, Cpu.of(1))) {
      final Map<String, float[]> weights = controller.state();
      final int[] tokens = tokens();
      tokens[LAYOUT.length()] = 0;
      assertThatThrownBy(() -> run(weights, controller.stateShapes(), tokens))
          .isInstanceOf(RunException.class)
          .hasMessage("sequence 1 of tokens: token 0 at position 0 is not one of 1 to 2");
      weights.remove("decoder.out.bias");
      assertThatThrownBy(() -> run(weights, controller.stateShapes(), tokens()))
          .hasMessageContaining("decoder.out.bias");
    }
  }

  private int[] tokens() {
    return TrainingSet.flat(sequences);
  }

  private Map<String, Tensor> run(
      Map<String, float[]> weights, Map<String, long[]> shapes, int[] tokens) {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    weights.forEach((name, each) -> tensors.put(name, Tensor.of(each, shapes.get(name))));
    final Path weightFile = folder.resolve("weights");
    Safetensors.write(weightFile, tensors, Map.of());
    final float[] narrow = new float[BATCH];
    Arrays.setAll(new double[BATCH], i -> narrow[i] = (float) targets[i]);
    final Path batchFile = folder.resolve("batch");
    Safetensors.write(
        batchFile,
        Map.of(
            "tokens",
            Tensor.of(tokens, BATCH, LAYOUT.length()),
            "target",
            Tensor.of(narrow, BATCH)),
        Map.of());
    return step.run(Cpu.of(1), SafetensorsFile.open(weightFile), SafetensorsFile.open(batchFile));
  }
}
