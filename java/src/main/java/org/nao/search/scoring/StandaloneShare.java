package org.nao.search.scoring;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.nao.engine.TensorArray;
import org.nao.ranks.Ranks;
import org.nao.run.StopRequest;
import org.nao.search.session.SearchState.Running;
import org.nao.training.EpochSums;
import org.nao.training.StandaloneTraining;
import org.nao.training.TrainingLoop;

/**
 * A rank's part of trainings alone that all ranks do at the same time, each one: it trains an
 * epoch, reports to rank 0, and hears whether to go on.
 */
final class StandaloneShare implements TrainingLoop.Observer {
  private static final int NO_EPOCH = -1;
  private static final byte GO_ON = 1;
  private static final byte END = 0;

  private final Ranks ranks;
  private final StandaloneTraining training;
  private final StopRequest stop;
  private final Shown shown;
  private long step;
  private EpochSums sums;
  private int epoch;
  private double loss;
  private double accuracy;

  /** Is told how far the training is. */
  interface Shown {
    void at(long step, double loss);
  }

  /**
   * A training that begins or goes on.
   *
   * @param training belongs to the caller
   */
  StandaloneShare(
      Ranks ranks, StandaloneTraining training, Running begun, StopRequest stop, Shown shown) {
    this.ranks = ranks;
    this.stop = stop;
    this.training = training;
    this.shown = shown;
    step = begun.step();
    sums = EpochSums.of(begun.sums());
  }

  /**
   * Trains until rank 0 says that it is enough.
   *
   * @param longest bytes of a report
   * @param goesOn in rank 0: hears the reports of all ranks, in order
   */
  void run(int longest, Predicate<List<StandaloneReport>> goesOn) {
    byte answer = GO_ON;
    while (answer == GO_ON) {
      final List<StandaloneReport> reports = reports(longest);
      final boolean enough = ranks.rank() == 0 && !goesOn.test(reports);
      answer = ranks.broadcast(new byte[] {enough ? END : GO_ON}, 1)[0];
    }
  }

  /** After an epoch those of all ranks in rank 0, nothing elsewhere; one alone sends nothing. */
  private List<StandaloneReport> reports(int longest) {
    final StandaloneReport own = epoch();
    return ranks.size() == 1
        ? List.of(own)
        : ranks.gather(own.bytes(), longest).stream().map(StandaloneReport::of).toList();
  }

  /** The part of a rank for which nothing is left. */
  static void none(Ranks ranks) {
    byte answer = GO_ON;
    while (answer == GO_ON) {
      ranks.gather(StandaloneReport.NOTHING.bytes(), 0);
      answer = ranks.broadcast(new byte[0], 1)[0];
    }
  }

  private StandaloneReport epoch() {
    epoch = NO_EPOCH;
    final long total = training.totalSteps();
    final int length = training.stepsPerEpoch();
    if (step < total) {
      step = training.run(step, (step / length + 1) * length, stop, this);
    }
    return new StandaloneReport(
        new StandaloneReport.Brief(
            step,
            step < total && epoch == NO_EPOCH,
            epoch,
            loss,
            accuracy,
            step % length == 0 ? Map.of() : sums.values(),
            step == total ? training.validationAccuracy() : 0),
        training.network().readAll(TensorArray.VALUE),
        training.network().readAll(TensorArray.MOMENTUM));
  }

  @Override
  public EpochSums begunEpoch() {
    return sums;
  }

  @Override
  public void epochInterrupted(EpochSums soFar) {
    sums = soFar;
  }

  @Override
  public void stepsDone(long done, double latest) {
    shown.at(done, latest);
  }

  @Override
  public void epochDone(int finished, long done, double mean, double share) {
    epoch = finished;
    loss = mean;
    accuracy = share;
  }
}
