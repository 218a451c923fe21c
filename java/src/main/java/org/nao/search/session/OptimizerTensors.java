package org.nao.search.session;

import java.util.Map;
import java.util.Optional;
import org.nao.controller.OptimizerState;
import org.nao.run.Tensor;

/** An optimizer's state in a checkpoint: three tensors whose names begin with a prefix. */
public final class OptimizerTensors {
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String STEPS = "steps";

  private OptimizerTensors() {}

  public static Map<String, Tensor> of(String prefix, OptimizerState state) {
    return Map.of(
        prefix + STEPS, Tensor.of(new float[] {state.steps()}, 1),
        prefix + FIRST, Tensor.of(state.first(), state.first().length),
        prefix + SECOND, Tensor.of(state.second(), state.second().length));
  }

  /**
   * The state in the checkpoint that this process began with; the next call finds nothing.
   *
   * @param size of the moments
   * @throws org.nao.run.RunException naming the checkpoint if it does not fit
   */
  public static Optional<OptimizerState> take(String prefix, SearchSession session, int size) {
    final Map<String, float[]> saved = session.take(prefix);
    return saved.isEmpty()
        ? Optional.empty()
        : session.fitting(
            () ->
                Optional.of(
                    new OptimizerState(
                        (long) values(prefix, saved, STEPS, 1)[0],
                        values(prefix, saved, FIRST, size),
                        values(prefix, saved, SECOND, size))));
  }

  /**
   * Tensor {@code name} of those that {@link SearchSession#take} found.
   *
   * @throws IllegalArgumentException if it is missing or of another size
   */
  public static float[] values(String prefix, Map<String, float[]> saved, String name, int size) {
    final float[] values = saved.get(name);
    if (values == null) {
      throw new IllegalArgumentException(prefix + name + " is missing");
    }
    if (values.length != size) {
      throw new IllegalArgumentException(
          "%s%s has %d values, not %d".formatted(prefix, name, values.length, size));
    }
    return values;
  }
}
