package org.nao.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Training;
import org.nao.run.StopRequest;
import org.nao.training.CosineSchedule;
import org.nao.training.TrainingLoop;

/**
 * Training steps as a search takes them: many per native call, each of another program, written and
 * prepared anew.
 */
final class SearchSteps implements TrainingLoop.Steps, TrainingLoop.Observer {
  /** Keeps all values as drawn while the steps do all their work. */
  private static final CosineSchedule HARDLY_ANY = new CosineSchedule(1e-30, 0, 1);

  private final Network network;
  private final Workload workload;
  private final Deque<Program> open = new ArrayDeque<>();

  private SearchSteps(Network network, Workload workload) {
    this.network = network;
    this.workload = workload;
  }

  /** Nanoseconds of a step, mean over {@code steps} that go round the workload's programs. */
  static double nanos(Device device, Network network, Workload workload, int batch, int steps) {
    final SearchSteps search = new SearchSteps(network, workload);
    try (Dataset images = NoiseImages.create(device, workload.shape(), batch, new Random(steps))) {
      final int[] indices = new int[Math.multiplyExact(steps, batch)];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = i % batch;
      }
      final TrainingLoop loop =
          new TrainingLoop(
              network, images, Training.builder().build(), HARDLY_ANY, indices, batch, steps);
      final long start = System.nanoTime();
      loop.run(0, steps, search, new StopRequest(), search);
      return (double) (System.nanoTime() - start) / steps;
    } finally {
      search.open.forEach(Program::close);
    }
  }

  @Override
  public Program program(long step, int position) {
    final int index = (int) (step % workload.programs().size());
    final Program made = Program.create(network, workload.programs().get(index).words().get());
    open.addLast(made);
    if (open.size() > 2 * TrainingLoop.STEPS_PER_CALL) {
      open.removeFirst().close();
    }
    return made;
  }

  @Override
  public String describe(long step) {
    return "number " + step % workload.programs().size();
  }

  @Override
  public void stepsDone(long step, double loss) {
    // Only the time counts.
  }

  @Override
  public void epochDone(int epoch, long step, double loss, double accuracy) {
    // Only the time counts.
  }
}
