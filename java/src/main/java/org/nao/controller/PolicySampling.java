package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws the choices of B sequences from the softmax of their logits, with random numbers of the
 * caller's.
 */
final class PolicySampling implements EnasPolicy.Chooser {

  private final SequenceLayout layout;
  private final RandomGenerator random;
  private final int[][] tokens;
  private final double[] logProbabilities;
  private final double[] entropies;

  PolicySampling(SequenceLayout layout, int batch, RandomGenerator random) {
    this.layout = layout;
    this.random = random;
    tokens = new int[batch][layout.length()];
    logProbabilities = new double[batch];
    entropies = new double[batch];
  }

  @Override
  public Tensor choose(int position, Tensor logits) {
    final int first = layout.legal().get(position).first();
    final int options = layout.legal().get(position).size();
    final float[] values = Tensors.toFloats(logits.contiguous());
    final int[] choices = new int[tokens.length];
    for (int i = 0; i < choices.length; i++) {
      final double[] logProbability = logSoftmax(values, i * options, options);
      choices[i] = draw(logProbability);
      tokens[i][position] = first + choices[i];
      logProbabilities[i] += logProbability[choices[i]];
      for (final double each : logProbability) {
        entropies[i] -= each * StrictMath.exp(each);
      }
    }
    return Tensors.ofIndices(choices);
  }

  private int draw(double[] logProbability) {
    double left = random.nextDouble();
    for (int option = 0; option < logProbability.length - 1; option++) {
      left -= StrictMath.exp(logProbability[option]);
      if (left < 0) {
        return option;
      }
    }
    return logProbability.length - 1;
  }

  private static double[] logSoftmax(float[] logits, int first, int count) {
    double sum = 0; // logits are bounded by tanh
    for (int i = 0; i < count; i++) {
      sum += StrictMath.exp(logits[first + i]);
    }
    final double log = StrictMath.log(sum);
    final double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      result[i] = logits[first + i] - log;
    }
    return result;
  }

  List<SampledSequence> drawn() {
    final List<SampledSequence> drawn = new ArrayList<>(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      drawn.add(new SampledSequence(tokens[i], logProbabilities[i], entropies[i]));
    }
    return drawn;
  }
}
