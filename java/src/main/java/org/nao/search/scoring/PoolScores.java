package org.nao.search.scoring;

import java.util.List;
import java.util.Map;
import org.nao.run.Tensor;
import org.nao.space.Architecture;

/** Scores architectures, higher is better: with shared weights, trained alone or untrained. */
public interface PoolScores {

  /**
   * Appends to the state's accuracies until there is one for each of {@code pool}.
   *
   * @return whether there is; otherwise a stop was requested
   */
  boolean evaluate(List<Architecture> pool);

  /** What a checkpoint between two evaluations must hold, so that the rest can follow. */
  Map<String, Tensor> tensors();
}
