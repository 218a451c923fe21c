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

  /** The state in the checkpoint that this process began with; the next call finds nothing. */
  public static Optional<OptimizerState> take(String prefix, SearchSession session) {
    final Map<String, float[]> saved = session.take(prefix);
    return saved.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new OptimizerState((long) saved.get(STEPS)[0], saved.get(FIRST), saved.get(SECOND)));
  }
}
