package org.nao.study.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nao.engine.Network;
import org.nao.run.Checkpoint;
import org.nao.run.Json;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.training.NetworkTensors;
import org.nao.training.TrainingLoop;

/**
 * Shows the progress of one training, or of several one after another, and writes an event and a
 * checkpoint after each epoch.
 */
final class EpochCheckpoints implements TrainingLoop.Observer {
  private static final String STEP = "step";
  private static final String EVENT_BYTES = "eventBytes";

  private final RunFolder folder;
  private final Network network;
  private final Progress progress;
  private final long before;

  /**
   * An observer.
   *
   * @param before steps of the trainings before this one
   */
  EpochCheckpoints(RunFolder folder, Network network, Progress progress, long before) {
    this.folder = folder;
    this.network = network;
    this.progress = progress;
    this.before = before;
  }

  /** Sets a network as the folder's checkpoint says; returns the steps done, 0 without one. */
  static long restore(RunFolder folder, Network network) {
    final Optional<Checkpoint.Loaded> checkpoint = folder.checkpoint().load();
    if (checkpoint.isEmpty()) {
      folder.events().truncate(0);
      return 0;
    }
    folder.events().truncate(checkpoint.get().state().path(EVENT_BYTES).asLong());
    NetworkTensors.restore(network, checkpoint.get().tensors());
    return checkpoint.get().state().path(STEP).asLong();
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
    save(step);
  }

  /** Writes a checkpoint after {@code step} steps of this training. */
  void save(long step) {
    final ObjectNode state = Json.object();
    state.put(STEP, before + step);
    state.put(EVENT_BYTES, folder.events().sync());
    folder
        .checkpoint()
        .save(
            state, NetworkTensors.of(network, "step " + (before + step) + " of " + folder.path()));
  }
}
