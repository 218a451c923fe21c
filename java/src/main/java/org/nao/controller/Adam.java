package org.nao.controller;

import static org.nao.controller.Scopes.keep;
import static org.nao.controller.Scopes.scoped;
import static org.nao.controller.Scopes.withoutGradient;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam (Kingma and Ba, 2015) on one tensor, with moments that can be saved and put back; libtorch's
 * own gives no access to them that survives a restart. Its arithmetic is libtorch's, bit for bit:
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g      v = beta2 v + (1 - beta2) g^2
 *   w = w - rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * <p>TensorFlow adds epsilon to the root of the second moment before that is corrected, so that
 * epsilon / sqrt(1 - beta2^t) stands in the place of epsilon above.
 */
final class Adam implements AutoCloseable {

  private final Tensor values;
  private final Settings settings;
  private final Tensor first;
  private final Tensor second;
  private long steps;

  /**
   * Constants of the update.
   *
   * @param weightDecay L2 penalty added to the gradient
   * @param tensorFlow whether epsilon is added as TensorFlow does
   */
  record Settings(
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean tensorFlow) {

    /** The constants that Kingma and Ba (2015) recommend. */
    static Settings usual(double rate, double weightDecay) {
      return new Settings(rate, 0.9, 0.999, 1e-8, weightDecay, false);
    }
  }

  /**
   * An optimizer whose moments are 0 and that has done no step. {@code values}: changed by {@link
   * #step}; owned by the caller.
   */
  Adam(Tensor values, Settings settings) {
    this.values = values;
    this.settings = settings;
    first = scoped(() -> keep(torch.zeros(values.numel())));
    second = scoped(() -> keep(torch.zeros(values.numel())));
  }

  /** One update along {@code gradient}, of the values' shape; the caller holds a scope. */
  void step(Tensor gradient) {
    steps++;
    final double correction1 = 1 - Math.pow(settings.beta1(), steps);
    final double rootOfCorrection2 = Math.sqrt(1 - Math.pow(settings.beta2(), steps));
    final double epsilon =
        settings.tensorFlow() ? settings.epsilon() / rootOfCorrection2 : settings.epsilon();
    withoutGradient(
        () -> {
          final Tensor g =
              settings.weightDecay() == 0
                  ? gradient
                  : gradient.add(values, new Scalar(settings.weightDecay()));
          first.mul_(new Scalar(settings.beta1())).add_(g, new Scalar(1 - settings.beta1()));
          second
              .mul_(new Scalar(settings.beta2()))
              .addcmul_(g, g, new Scalar(1 - settings.beta2()));
          final Tensor denominator =
              second.sqrt().div(new Scalar(rootOfCorrection2)).add_(new Scalar(epsilon));
          return values.addcdiv_(first, denominator, new Scalar(-(settings.rate() / correction1)));
        });
  }

  /** The number of updates done so far. */
  long steps() {
    return steps;
  }

  /** The moments and the number of updates, for checkpoints. */
  OptimizerState state() {
    return scoped(
        () -> new OptimizerState(steps, Tensors.toFloats(first), Tensors.toFloats(second)));
  }

  /**
   * Goes on where {@code state} was taken.
   *
   * @throws IllegalArgumentException if it belongs to another number of values
   */
  void restore(OptimizerState state) {
    if (state.first().length != values.numel() || state.second().length != values.numel()) {
      throw new IllegalArgumentException(
          "the optimizer's state is of %d values, expected %d"
              .formatted(state.first().length, values.numel()));
    }
    scoped(() -> first.copy_(Tensors.ofFloats(state.first())));
    scoped(() -> second.copy_(Tensors.ofFloats(state.second())));
    steps = state.steps();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
