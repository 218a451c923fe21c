package org.nao.search.scoring;

import java.util.Map;
import org.nao.engine.TensorArray;
import org.nao.run.StopRequest;
import org.nao.search.session.SearchState.Running;
import org.nao.training.EpochSums;
import org.nao.training.StandaloneTraining;
import org.nao.training.TrainingLoop;

/**
 * A training alone that is one of several at the same time: an epoch of it, and what there is to
 * say of that.
 */
final class StandaloneShare implements TrainingLoop.Observer {
  private static final int NO_EPOCH = -1;

  private final StandaloneTraining training;
  private Shown shown = (step, loss) -> {};
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
  StandaloneShare(StandaloneTraining training, Running begun) {
    this.training = training;
    step = begun.step();
    sums = EpochSums.of(begun.sums());
  }

  void show(Shown where) {
    shown = where;
  }

  /** Trains to the end of the epoch, or until a stop. */
  StandaloneReport epoch(StopRequest stop) {
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
