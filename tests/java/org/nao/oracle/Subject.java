package org.nao.oracle;

import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.oracle.Scenario.Batch;

/** A network of a scenario's tensors that can run its program. */
interface Subject extends AutoCloseable {

  /** Training step number {@code step}. */
  Outcome step(Batch batch, Training training, float learningRate, long step);

  /** Forward only. */
  Outcome evaluate(Batch batch, Statistics statistics);

  @Override
  void close();
}
