package org.nao.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;

/**
 * A weight step of DARTS' search network on explicit weights and images, and before it the
 * gradients of an architecture step.
 *
 * @param search the network
 * @param order 1: with the weights as they are, 2: with the weights one step further
 */
public record DartsStep(DartsSearchNetwork search, int order) {

  public DartsStep {
    if (order != 1 && order != 2) {
      throw new InvalidValue("order", "is " + order + ", allowed: 1, 2");
    }
  }

  /**
   * As {@link StepRun#train}; and {@code alpha_grad/NAME}, the gradients of the validation loss
   * with respect to the logits of the architecture weights before the step.
   *
   * @param learningRate also how far the second order goes ahead
   */
  public Map<String, Tensor> train(
      Device device,
      SafetensorsFile weights,
      StepRun.Batch batch,
      StepRun.Batch validation,
      int classes,
      Training training,
      float learningRate) {
    final Map<String, Tensor> gradients = new LinkedHashMap<>();
    final Map<String, Tensor> outputs =
        new StepRun(search.table(), search.words())
            .train(
                device,
                weights,
                batch,
                classes,
                training,
                learningRate,
                (all, network, program) ->
                    gradients.putAll(
                        architecture(network, program, batch, validation, training, learningRate)));
    outputs.putAll(gradients);
    return outputs;
  }

  private Map<String, Tensor> architecture(
      Network network,
      Program program,
      StepRun.Batch batch,
      StepRun.Batch validation,
      Training training,
      float learningRate) {
    final List<Integer> logits = List.of(search.normalLogits(), search.reductionLogits());
    final Training gradientsOnly = training.toBuilder().gradientsOnly(true).build();
    final float[] values =
        new ArchitectureGradient(network, logits.get(0), logits.get(1))
            .after(
                order == 1
                    ? () ->
                        network.step(
                            program, validation.images(), validation.labels(), gradientsOnly, 0, 0)
                    : () ->
                        network.unrollStep(
                            program,
                            training,
                            batch.images(),
                            batch.labels(),
                            validation.images(),
                            validation.labels(),
                            learningRate,
                            0));
    final Map<String, Tensor> outputs = new LinkedHashMap<>();
    int first = 0;
    for (final int index : logits) {
      final int size = Math.toIntExact(search.table().parameters().get(index).elements());
      final float[] own = new float[size];
      System.arraycopy(values, first, own, 0, size);
      first += size;
      final long[] shape =
          search.table().parameters().get(index).shape().stream()
              .mapToLong(Integer::longValue)
              .toArray();
      outputs.put(
          "alpha_grad/" + search.table().parameters().get(index).name(), Tensor.of(own, shape));
    }
    return outputs;
  }
}
