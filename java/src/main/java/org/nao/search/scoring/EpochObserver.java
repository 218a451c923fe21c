package org.nao.search.scoring;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.run.Progress;
import org.nao.search.session.SearchSession;
import org.nao.training.EpochSums;
import org.nao.training.TrainingLoop;

/** Shows a training's progress and writes an event and a checkpoint after each of its epochs. */
public final class EpochObserver implements TrainingLoop.Observer {
  private final SearchSession session;
  private final String phase;
  private final Progress progress;
  private final long start;
  private final long totalSteps;
  private final Network network;
  private final Map<String, Object> subject;

  /**
   * An observer.
   *
   * @param phase as in events and in the summary
   * @param start steps of the training that belong to earlier rounds
   * @param totalSteps that this phase does; the end is saved together with the change of phase
   * @param subject what is trained, where events must tell it from others of the phase
   */
  public EpochObserver(
      SearchSession session,
      String phase,
      Progress progress,
      long start,
      long totalSteps,
      Network network,
      Map<String, Object> subject) {
    this.session = session;
    this.phase = phase;
    this.progress = progress;
    this.start = start;
    this.totalSteps = totalSteps;
    this.network = network;
    this.subject = subject;
  }

  @Override
  public EpochSums begunEpoch() {
    return EpochSums.of(session.state().partial);
  }

  @Override
  public void epochInterrupted(EpochSums sums) {
    session.state().partial = sums.values();
  }

  @Override
  public void stepsDone(long step, double loss) {
    progress.update(
        step - start, String.format(Locale.ROOT, "loss %.3f%s", loss, session.gpuBrief()));
  }

  @Override
  public void epochDone(int epoch, long step, double loss, double accuracy) {
    final Map<String, Object> values = new LinkedHashMap<>(subject);
    values.put("epoch", epoch);
    values.put("step", step);
    values.put("loss", loss);
    values.put("accuracy", accuracy);
    session.event(phase, values);
    session.state().step = step - start;
    session.state().partial = Map.of();
    if (session.state().step < totalSteps) {
      session.save(phase, session.networkTensors(network));
    }
  }
}
