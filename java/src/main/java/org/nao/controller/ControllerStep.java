package org.nao.controller;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.nao.engine.AdamSettings;
import org.nao.engine.ControllerArray;
import org.nao.engine.ControllerEvaluation;
import org.nao.engine.ControllerLosses;
import org.nao.engine.ControllerNetwork;
import org.nao.engine.ControllerShape;
import org.nao.engine.Device;
import org.nao.run.RunException;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;

/**
 * One step of NAO's controller from files, all numbers out, for comparison with another
 * implementation. Weights have the names of the authors' state dict, see {@link ControllerWeights}.
 *
 * @param layout of the sequences
 * @param learningRate of Adam
 * @param gradientClip upper bound of the gradient's norm; 0: none
 * @param weightDecay L2 penalty
 * @param tradeoff weight of the predictor's loss; the decoder's has {@code 1 - tradeoff}
 * @param stepSizes of the generation; none: nothing is generated
 */
public record ControllerStep(
    SequenceLayout layout,
    double learningRate,
    double gradientClip,
    double weightDecay,
    double tradeoff,
    double[] stepSizes) {

  private static final String TOKENS = "tokens";

  /**
   * Evaluates a batch, generates from it, and does one step.
   *
   * @param weights every weight
   * @param batch {@code tokens} int32 or int64 [B,T], {@code target} float32 [B]
   * @return {@code prediction} [B], {@code log_prob} [B,T,V] and {@code loss} [3] (total, mean
   *     squared error, negative log-likelihood a token) before the step; {@code generated/<step
   *     size>} [B,T], int32; {@code grad/<name>} and {@code grad_norm} before clipping; {@code
   *     param/<name>} after the step
   * @throws RunException naming a tensor that does not fit
   */
  public Map<String, Tensor> run(Device device, SafetensorsFile weights, SafetensorsFile batch) {
    final int vocabulary = layout.vocabulary();
    final int[] sizes = sizes(weights);
    final WeightShapes shapes = ControllerWeights.shapes(layout, sizes[0], sizes[1]);
    final Weights all = new Weights(shapes);
    final Map<String, float[]> values = new LinkedHashMap<>();
    all.dimensions()
        .forEach(
            (name, shape) ->
                values.put(name, weights.require(name, Tensor.Type.F32, shape).floats()));
    final float[] targets = batch.require("target", Tensor.Type.F32, -1).floats();
    final int[] tokens = tokens(batch, targets.length);

    final Map<String, Tensor> outputs = new LinkedHashMap<>();
    try (ControllerNetwork network =
        ControllerNetwork.create(
            device,
            new ControllerShape(
                vocabulary, layout.length(), layout.tokensPerStep(), sizes[0], sizes[1]))) {
      network.write(ControllerArray.WEIGHTS, all.join(values));
      final ControllerEvaluation before = network.evaluate(tokens, targets);
      outputs.put("prediction", Tensor.of(before.predictions(), targets.length));
      outputs.put(
          "log_prob",
          Tensor.of(before.logProbabilities(), targets.length, layout.length(), vocabulary));
      outputs.put("loss", Tensor.of(losses(before.losses(), targets.length), 3));
      for (final double stepSize : stepSizes) {
        outputs.put(
            "generated/" + text(stepSize),
            Tensor.of(
                network
                    .generate(tokens, new float[] {(float) stepSize}, layout.legalBounds())
                    .tokens(),
                targets.length,
                layout.length()));
      }
      final ControllerLosses step =
          network.train(
              tokens,
              targets,
              IntStream.range(0, targets.length).toArray(),
              targets.length,
              AdamSettings.usual(learningRate, weightDecay, gradientClip),
              0,
              tradeoff);
      outputs.put("grad_norm", Tensor.of(new float[] {(float) step.gradientNorms()[0]}, 1));
      put(outputs, "grad/", all, network.read(ControllerArray.GRADIENT));
      put(outputs, "param/", all, network.read(ControllerArray.WEIGHTS));
    }
    return outputs;
  }

  /** E and H, from the shapes of the embeddings. */
  private int[] sizes(SafetensorsFile weights) {
    return new int[] {
      columns(weights, ControllerWeights.ENCODER + "embedding.weight"),
      columns(weights, ControllerWeights.DECODER + "embedding.weight")
    };
  }

  private int columns(SafetensorsFile weights, String name) {
    return Math.toIntExact(
        weights.require(name, Tensor.Type.F32, layout.vocabulary(), -1).shape()[1]);
  }

  private int[] tokens(SafetensorsFile batch, int sequences) {
    final Tensor given = batch.tensors().get(TOKENS);
    final Tensor.Type type =
        given != null && given.type() == Tensor.Type.I64 ? Tensor.Type.I64 : Tensor.Type.I32;
    final Tensor tensor = batch.require(TOKENS, type, sequences, layout.length());
    final int[] tokens =
        type == Tensor.Type.I32
            ? tensor.ints()
            : Arrays.stream(tensor.longs()).mapToInt(Math::toIntExact).toArray();
    for (int first = 0; first < tokens.length; first += layout.length()) {
      try {
        layout.check(Arrays.copyOfRange(tokens, first, first + layout.length()));
      } catch (IllegalArgumentException e) {
        throw new RunException(
            "sequence %d of %s: %s".formatted(first / layout.length(), TOKENS, e.getMessage()), e);
      }
    }
    return tokens;
  }

  private float[] losses(ControllerLosses losses, int sequences) {
    final double squaredError = losses.squaredError() / sequences;
    final double negativeLogLikelihood = losses.negativeLogLikelihood() / sequences;
    return new float[] {
      (float) (tradeoff * squaredError + (1 - tradeoff) * negativeLogLikelihood),
      (float) squaredError,
      (float) negativeLogLikelihood
    };
  }

  private static void put(
      Map<String, Tensor> outputs, String prefix, Weights weights, float[] flat) {
    final Map<String, long[]> shapes = weights.dimensions();
    weights
        .split(flat)
        .forEach((name, each) -> outputs.put(prefix + name, Tensor.of(each, shapes.get(name))));
  }

  /** Whole step sizes without a point. */
  private static String text(double stepSize) {
    return stepSize == Math.rint(stepSize)
        ? Long.toString((long) stepSize)
        : Double.toString(stepSize);
  }
}
