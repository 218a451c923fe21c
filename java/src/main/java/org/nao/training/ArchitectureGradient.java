package org.nao.training;

import org.nao.engine.Network;
import org.nao.engine.TensorArray;

/**
 * Gradients of DARTS' architecture step (Liu et al. 2019, sections 2.2 and 2.3): of the validation
 * loss with respect to the logits of the architecture weights. The first order takes the weights as
 * they are, the second one training step further.
 *
 * @param logits indices of the logits among the network's tensors
 */
public record ArchitectureGradient(Network network, int... logits) {

  /**
   * Leaves the gradients in the network and changes nothing else: for the first order a step with
   * {@code gradientsOnly} on validation images, for the second {@link Network#unroll}.
   */
  public interface Pass {
    void run();
  }

  /**
   * @return gradients of the logits after the pass, one tensor after another
   */
  public float[] after(Pass pass) {
    pass.run();
    return joined(TensorArray.GRADIENT);
  }

  /** The logits themselves, one tensor after another. */
  public float[] values() {
    return joined(TensorArray.VALUE);
  }

  private float[] joined(TensorArray array) {
    final float[][] parts = new float[logits.length][];
    int size = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = network.read(array, logits[i]);
      size += parts[i].length;
    }
    final float[] joined = new float[size];
    int at = 0;
    for (final float[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }
}
