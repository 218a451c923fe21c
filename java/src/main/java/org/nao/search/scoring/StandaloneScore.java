package org.nao.search.scoring;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.nao.network.AuxiliaryHead;
import org.nao.run.Progress;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;
import org.nao.training.StandaloneTraining;

/** Trains single architectures alone; the state's {@code step} says how far the present one is. */
public final class StandaloneScore {
  private final SearchSession session;
  private final String phase;
  private final AuxiliaryHead auxiliaryHead;
  private final int epochs;
  private final int rampEpochs;

  /**
   * A way to train.
   *
   * @param phase as in events and in the summary
   * @param rampEpochs after so many epochs drop-path would have its full strength
   */
  public StandaloneScore(
      SearchSession session,
      String phase,
      int epochs,
      int rampEpochs,
      AuxiliaryHead auxiliaryHead) {
    this.session = session;
    this.phase = phase;
    this.epochs = epochs;
    this.rampEpochs = rampEpochs;
    this.auxiliaryHead = auxiliaryHead;
  }

  /**
   * The validation accuracy of an architecture, a fraction; empty after a stop, a checkpoint is
   * then written.
   *
   * @param index of the architecture among {@code count}, for the user
   * @param subject which architecture it is, for events
   * @param trained is given the network at the end of its training
   */
  public OptionalDouble of(
      Architecture architecture,
      int index,
      int count,
      long seed,
      Map<String, Object> subject,
      Consumer<StandaloneTraining> trained) {
    final SearchState state = session.state();
    try (StandaloneTraining training =
            new StandaloneTraining(
                session.device(),
                session.space(),
                session.shape().withAuxiliary(auxiliaryHead),
                architecture,
                session.images(),
                session.config().reranking().recipe(),
                epochs,
                rampEpochs,
                session.config().batch(),
                seed);
        Progress progress =
            Progress.start(
                "stand-alone %d of %d".formatted(index + 1, count),
                state.step,
                training.totalSteps(),
                "steps")) {
      if (state.step > 0) {
        session.restoreNetwork(training.network());
      }
      final long total = training.totalSteps();
      state.step =
          training.run(
              state.step,
              session.stop(),
              new EpochObserver(session, phase, progress, 0, total, training.network(), subject));
      if (state.step < total) {
        session.save(phase, session.networkTensors(training.network()));
        return OptionalDouble.empty();
      }
      state.step = 0;
      trained.accept(training);
      return OptionalDouble.of(training.validationAccuracy());
    }
  }
}
