package org.nao.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.StepResult;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.run.RunException;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;

/**
 * One deterministic step on explicit weights and images, so that another implementation can be
 * compared number by number.
 *
 * <p>Legend: N images, C, H, W channels, height and width, K classes.
 *
 * @param table the network's tensors
 * @param words the architecture's program over them
 */
public record StepRun(ParameterTable table, int[] words) {

  /** The images and labels of a step: float [N][C][H][W] and N labels. */
  public record Batch(float[] images, int[] labels) {}

  /** Adds outputs of its own before the step; leaves weights and momentum as they are. */
  public interface Before {
    void addTo(Map<String, Tensor> outputs, Network network, Program program);
  }

  /**
   * Forward, backward and update.
   *
   * @return {@code logits} [N][K], {@code loss}, {@code grad_norm} (before clipping), {@code
   *     grad/NAME} (before clipping) and {@code param/NAME} (after the step) of the parameters
   *     used, {@code buffer/NAME} of the buffers used
   * @throws org.nao.engine.NotFiniteException if the loss or a gradient is NaN or infinite
   */
  public Map<String, Tensor> train(
      Device device,
      SafetensorsFile weights,
      Batch batch,
      int classes,
      Training training,
      float learningRate) {
    return train(
        device, weights, batch, classes, training, learningRate, (outputs, network, program) -> {});
  }

  /** Runs a step whose network computes other outputs before. */
  public Map<String, Tensor> train(
      Device device,
      SafetensorsFile weights,
      Batch batch,
      int classes,
      Training training,
      float learningRate,
      Before before) {
    final Map<String, Tensor> outputs = new LinkedHashMap<>();
    try (Network network = Networks.create(device, table);
        Program program = Program.create(network, words)) {
      final boolean[] used = load(network, program, weights);
      before.addTo(outputs, network, program);
      final StepResult result =
          network.step(program, batch.images(), batch.labels(), training, learningRate, 0);
      putResult(outputs, result, classes);
      outputs.put("grad_norm", Tensor.of(new float[] {(float) result.gradientNorm()}, 1));
      for (int i = 0; i < used.length; i++) {
        final ParameterSpec spec = table.parameters().get(i);
        if (!used[i]) {
          continue;
        }
        if (spec.trainable()) {
          outputs.put("grad/" + spec.name(), tensor(network, TensorArray.GRADIENT, i));
        }
        final String kind = spec.trainable() ? "param/" : "buffer/";
        outputs.put(kind + spec.name(), tensor(network, TensorArray.VALUE, i));
      }
    }
    return outputs;
  }

  /**
   * Forward only.
   *
   * @return {@code logits} [N][K], {@code loss} and {@code correct}, the number of images whose
   *     largest logit is the label's
   * @throws RunException if the loss is NaN or infinite
   */
  public Map<String, Tensor> evaluate(
      Device device, SafetensorsFile weights, Batch batch, int classes, Statistics statistics) {
    final Map<String, Tensor> outputs = new LinkedHashMap<>();
    try (Network network = Networks.create(device, table);
        Program program = Program.create(network, words)) {
      load(network, program, weights);
      final StepResult result =
          network.forward(program, batch.images(), batch.labels(), statistics);
      if (!Double.isFinite(result.loss())) {
        throw new RunException(
            "the loss is %s; the weights or the images are not finite.".formatted(result.loss()));
      }
      putResult(outputs, result, classes);
      outputs.put("correct", Tensor.of(new long[] {result.correct()}, 1));
    }
    return outputs;
  }

  private static void putResult(Map<String, Tensor> outputs, StepResult result, int classes) {
    final float[] logits = result.logits();
    outputs.put("logits", Tensor.of(logits, logits.length / classes, classes));
    outputs.put("loss", Tensor.of(new float[] {(float) result.loss()}, 1));
  }

  /** Sets the tensors the program uses; the others stay 0. */
  private boolean[] load(Network network, Program program, SafetensorsFile weights) {
    final boolean[] used = program.used();
    for (int i = 0; i < used.length; i++) {
      if (used[i]) {
        final ParameterSpec spec = table.parameters().get(i);
        final float[] values = weights.require(spec.name(), Tensor.Type.F32, shape(spec)).floats();
        network.write(TensorArray.VALUE, i, values);
      }
    }
    return used;
  }

  private Tensor tensor(Network network, TensorArray array, int index) {
    return Tensor.of(network.read(array, index), shape(table.parameters().get(index)));
  }

  private static long[] shape(ParameterSpec spec) {
    return spec.shape().stream().mapToLong(Integer::longValue).toArray();
  }
}
