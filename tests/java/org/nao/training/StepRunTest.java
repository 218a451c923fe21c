package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Device;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.network.Initializer;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneProgram;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.RunException;
import org.nao.run.Safetensors;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;
import org.nao.space.SearchSpace;

class StepRunTest {
  private static final int CLASSES = 10;
  private static final NetworkShape SHAPE = new NetworkShape(1, 4, 3, 8, 8, CLASSES, false);
  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @TempDir private Path folder;

  private static StepRun.Batch batch(int images) {
    final Random random = new Random(5);
    final float[] pixels = new float[images * 3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return new StepRun.Batch(pixels, random.ints(images, 0, CLASSES).toArray());
  }

  private SafetensorsFile weights(ParameterTable table, String left) {
    final float[] values = new Initializer(3).values(table);
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      if (!spec.name().equals(left)) {
        final int from = table.offset(i);
        final long[] shape = spec.shape().stream().mapToLong(Integer::longValue).toArray();
        tensors.put(
            spec.name(),
            Tensor.of(Arrays.copyOfRange(values, from, from + (int) spec.elements()), shape));
      }
    }
    final Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return SafetensorsFile.open(file);
  }

  private static StepRun supernet(long seed) {
    final SupernetProgram program = NetworkFamilies.supernet(SPACE, SHAPE);
    return new StepRun(program.table(), program.words(SPACE.random(new SplittableRandom(seed))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void updatesTheParametersByClippedGradientDescent(long seed) {
    final StepRun run = supernet(seed);
    final SafetensorsFile weights = weights(run.table(), "");
    final Training training = Training.builder().weightDecay(0.01f).clipNorm(0.5f).build();
    final Map<String, Tensor> outputs;
    try (Device device = Device.open("cpu", 2)) {
      outputs = run.train(device, weights, batch(20), CLASSES, training, 0.1f);
    }
    final double norm = outputs.get("grad_norm").floats()[0];
    assertThat(norm).isGreaterThan(0.5);
    double square = 0;
    for (final String key : outputs.keySet()) {
      if (!key.startsWith("grad/")) {
        continue;
      }
      final String name = key.substring("grad/".length());
      final float[] gradient = outputs.get(key).floats();
      final float[] before = weights.tensors().get(name).floats();
      final float[] after = outputs.get("param/" + name).floats();
      for (int i = 0; i < gradient.length; i++) {
        square += (double) gradient[i] * gradient[i];
        final double step = gradient[i] * 0.5 / norm + 0.01 * before[i];
        assertThat((double) after[i])
            .as("%s[%d]", name, i)
            .isCloseTo(before[i] - 0.1 * step, within(2e-6));
      }
    }
    assertThat(Math.sqrt(square)).isCloseTo(norm, within(1e-4 * norm));
  }

  /**
   * A cell output may be wide enough to be read uncalibrated; then operations read a concatenation.
   */
  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "nasnet"})
  void everyStandaloneArchitectureRuns(String name) {
    final SearchSpace space = SearchSpace.named(name, 5);
    final SplittableRandom random = new SplittableRandom(8);
    final StepRun.Batch batch = batch(17);
    try (Device device = Device.open("cpu", 2)) {
      for (int i = 0; i < 60; i++) {
        final StandaloneProgram program =
            NetworkFamilies.standalone(space, SHAPE).program(space.random(random));
        final StepRun run = new StepRun(program.table(), program.words());
        final SafetensorsFile weights = weights(run.table(), "");
        final Map<String, Tensor> trained =
            run.train(device, weights, batch, CLASSES, Training.builder().build(), 0.1f);
        final Map<String, Tensor> evaluated =
            run.evaluate(device, weights, batch, CLASSES, Statistics.BATCH);
        assertThat(trained.get("logits").floats()).isEqualTo(evaluated.get("logits").floats());
        assertThat(trained.get("loss").floats()[0]).isPositive().isFinite();
      }
    }
  }

  @Test
  void aMissingTensorIsNamed() {
    final StepRun run = supernet(1);
    final SafetensorsFile weights = weights(run.table(), "stem.0.weight");
    try (Device device = Device.open("cpu", 1)) {
      assertThatThrownBy(() -> run.evaluate(device, weights, batch(2), CLASSES, Statistics.RUNNING))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("stem.0.weight");
    }
  }
}
