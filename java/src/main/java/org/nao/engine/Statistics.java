package org.nao.engine;

import org.nao.binding.global.Nao;

/** Which statistics batch normalisation uses in an evaluation. */
public enum Statistics {
  /** The batch's own everywhere; running statistics stay untouched. */
  BATCH(Nao.NAO_BATCH_STATISTICS),
  /** Running statistics everywhere. */
  RUNNING(Nao.NAO_RUNNING_STATISTICS),
  /**
   * Running where a batch normalisation is flagged so, elsewhere the batch's, updating the running
   * ones.
   */
  AUTHORS(Nao.NAO_AUTHORS_STATISTICS);

  private final int code;

  Statistics(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
