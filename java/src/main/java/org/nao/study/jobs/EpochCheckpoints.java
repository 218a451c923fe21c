package org.nao.study.jobs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nao.engine.Network;
import org.nao.estimate.Estimation;
import org.nao.run.Checkpoint;
import org.nao.run.EventLog;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.run.Values;
import org.nao.training.EpochSums;
import org.nao.training.NetworkTensors;
import org.nao.training.TrainingLoop;

/**
 * Shows the progress of one training, or of several one after another, and writes an event and a
 * checkpoint after each epoch.
 */
final class EpochCheckpoints implements TrainingLoop.Observer {
  private static final String STEP = "step";
  private final RunFolder folder;
  private final Network network;
  private final Progress progress;
  private final long before;
  private final boolean saves;
  private EpochSums partial;

  /**
   * Where a training stands.
   *
   * @param step steps done, those of trainings before it included
   * @param partial sums of an epoch that is not finished
   * @param events end of the log
   * @param forks what came out of the ends of a training that forks, as far as they are done
   */
  record State(long step, EpochSums partial, EventLog.Mark events, List<OneShotResult> forks) {
    static final State START = new State(0, EpochSums.NONE, EventLog.Mark.START, List.of());

    State {
      Values.within("step", step, 0, Long.MAX_VALUE);
      forks = List.copyOf(forks);
    }
  }

  /**
   * An observer.
   *
   * @param before steps of the trainings before this one
   * @param partial what the epoch added up to where the training goes on within one
   */
  EpochCheckpoints(
      RunFolder folder, Network network, Progress progress, long before, EpochSums partial) {
    this(folder, network, progress, before, partial, true);
  }

  private EpochCheckpoints(
      RunFolder folder,
      Network network,
      Progress progress,
      long before,
      EpochSums partial,
      boolean saves) {
    this.saves = saves;
    this.folder = folder;
    this.network = network;
    this.progress = progress;
    this.before = before;
    this.partial = partial;
  }

  /** An observer that writes no checkpoint, so that a training which is stopped begins anew. */
  static EpochCheckpoints none(RunFolder folder, Network network, Progress progress, long before) {
    return new EpochCheckpoints(folder, network, progress, before, EpochSums.NONE, false);
  }

  /** Adds so many checkpoints of a network to an estimate; {@code trial}: a folder for two. */
  static void estimate(Estimation estimation, long count, RunFolder trial, Network network) {
    final State state = State.START;
    estimation.checkpoints(
        count, trial, () -> trial.checkpoint().save(state, NetworkTensors.of(network, "a trial")));
  }

  /** Sets a network as the folder's checkpoint says, and returns where it stands. */
  static State restore(RunFolder folder, Network network) {
    final Optional<Checkpoint.Loaded> checkpoint = folder.checkpoint().load();
    if (checkpoint.isEmpty()) {
      folder.events().resume(EventLog.Mark.START);
      return State.START;
    }
    checkpoint.get().tree().withArray("forks"); // which checkpoints of earlier versions do not have
    final State state = checkpoint.get().state(State.class);
    folder.events().resume(state.events());
    Checkpoint.fitting(
        checkpoint.get().file(), () -> NetworkTensors.restore(network, checkpoint.get().tensors()));
    return state;
  }

  @Override
  public void stepsDone(long step, double loss) {
    progress.update(before + step, String.format(Locale.ROOT, "loss %.3f", loss));
  }

  @Override
  public void epochDone(int epoch, long step, double loss, double accuracy) {
    final Map<String, Object> event = new LinkedHashMap<>();
    event.put("phase", "train");
    event.put("epoch", epoch);
    event.put(STEP, before + step);
    event.put("loss", loss);
    event.put("accuracy", accuracy);
    folder.events().append(event);
    partial = EpochSums.NONE;
    if (saves) {
      save(step);
    }
  }

  @Override
  public EpochSums begunEpoch() {
    return partial;
  }

  @Override
  public void epochInterrupted(EpochSums sums) {
    partial = sums;
  }

  /** Writes a checkpoint after {@code step} steps of this training. */
  void save(long step) {
    save(step, List.of());
  }

  /** The same where ends of a training that forks are done. */
  void save(long step, List<OneShotResult> forks) {
    folder
        .checkpoint()
        .save(
            new State(before + step, partial, folder.events().sync(), forks),
            NetworkTensors.of(network, "step " + (before + step) + " of " + folder.path()));
  }
}
