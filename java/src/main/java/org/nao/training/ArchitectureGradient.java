package org.nao.training;

import java.util.Arrays;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.network.ParameterTable;

/**
 * Gradients of DARTS' architecture step (Liu et al. 2019, sections 2.2 and 2.3): of the validation
 * loss with respect to the logits of the architecture weights. Weights, momentum and running
 * statistics of the network are afterwards what they were.
 *
 * @param table the network's tensors
 * @param logits indices of the logits in the table
 */
public record ArchitectureGradient(Network network, ParameterTable table, int... logits) {

  /** R of the finite difference, times the norm of the direction (section 2.3). */
  private static final double DIFFERENCE = 0.01;

  /** Leaves the gradients of a loss in the network and changes nothing else. */
  public interface Pass {
    void run();
  }

  /** How the weights would go on from where they are: one step of gradient descent. */
  public record Unrolling(float learningRate, float momentum, float weightDecay) {}

  /**
   * With the weights as they are.
   *
   * @return gradients of the logits, one tensor after another
   */
  public float[] firstOrder(Pass validation) {
    validation.run();
    return ofLogits();
  }

  /**
   * With the weights one step further, w' = w - xi (mu m + dL_train/dw + wd w), and with what
   * follows from w' depending on the logits: the mixed second derivative times d = dL_val/dw', by a
   * central difference of the logits' gradients at w +- R d, R = 0.01 / |d| (eqs. 7 and 8).
   *
   * @return gradients of the logits, one tensor after another
   */
  public float[] secondOrder(Pass training, Pass validation, Unrolling unrolling) {
    final float[] weights = network.readAll(TensorArray.VALUE);
    try {
      training.run();
      write(unrolled(weights, unrolling));
      validation.run();
      final float[] direction = weightsOnly(network.readAll(TensorArray.GRADIENT));
      final float[] gradient = ofLogits();
      final double norm = norm(direction);
      if (norm == 0) {
        return gradient; // nothing to differentiate along
      }
      final double step = DIFFERENCE / norm;
      final float[] above = logitsGradientAt(weights, direction, step, training);
      final float[] below = logitsGradientAt(weights, direction, -step, training);
      for (int i = 0; i < gradient.length; i++) {
        final double mixed = ((double) above[i] - below[i]) / (2 * step);
        gradient[i] = (float) (gradient[i] - unrolling.learningRate() * mixed);
      }
      return gradient;
    } finally {
      write(weights);
    }
  }

  private float[] unrolled(float[] weights, Unrolling how) {
    final float[] gradient = weightsOnly(network.readAll(TensorArray.GRADIENT));
    final float[] momentum = network.readAll(TensorArray.MOMENTUM);
    final float[] moved = weights.clone();
    eachWeight(
        (first, end) -> {
          for (int i = first; i < end; i++) {
            final float decayed = gradient[i] + how.weightDecay() * weights[i];
            moved[i] = weights[i] - how.learningRate() * (how.momentum() * momentum[i] + decayed);
          }
        });
    return moved;
  }

  private float[] logitsGradientAt(float[] weights, float[] direction, double step, Pass training) {
    final float[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (weights[i] + step * direction[i]);
    }
    write(moved);
    training.run();
    return ofLogits();
  }

  private void write(float[] values) {
    network.writeAll(TensorArray.VALUE, values);
  }

  private static double norm(float[] values) {
    double square = 0;
    for (final float value : values) {
      square += (double) value * value;
    }
    return Math.sqrt(square);
  }

  /** Copies {@code values} with 0 in place of logits and buffers. */
  private float[] weightsOnly(float[] values) {
    final float[] kept = new float[values.length];
    eachWeight((first, end) -> System.arraycopy(values, first, kept, first, end - first));
    return kept;
  }

  private float[] ofLogits() {
    final float[] joined =
        new float[Arrays.stream(logits).map(i -> table.offset(i + 1) - table.offset(i)).sum()];
    int at = 0;
    for (final int index : logits) {
      final float[] own = network.read(TensorArray.GRADIENT, index);
      System.arraycopy(own, 0, joined, at, own.length);
      at += own.length;
    }
    return joined;
  }

  /** Is given the range of a tensor's elements within all values. */
  private interface Range {
    void accept(int first, int end);
  }

  private void eachWeight(Range range) {
    for (int i = 0; i < table.size(); i++) {
      final int index = i;
      if (table.parameters().get(i).trainable()
          && Arrays.stream(logits).noneMatch(logit -> logit == index)) {
        range.accept(table.offset(i), table.offset(i + 1));
      }
    }
  }
}
