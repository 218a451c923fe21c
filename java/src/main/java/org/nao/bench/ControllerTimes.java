package org.nao.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.ControllerConfig;
import org.nao.controller.SequenceLayout;
import org.nao.controller.Torch;
import org.nao.controller.TorchController;
import org.nao.engine.Ceiling;
import org.nao.engine.Device;
import org.nao.run.RunException;
import org.nao.search.config.Presets;
import org.nao.space.SearchSpace;

/**
 * Times of NAO's controller with the paper's sizes, and of the same on libtorch in the same run:
 * medians, one repetition of each after the other, so that both see the same machine.
 *
 * @param stepMillis a training step of {@code batch} sequences
 * @param libtorchStepMillis the same; null without libtorch
 * @param generationMillis {@code batch} new sequences of one step size
 * @param libtorchGenerationMillis the same; null without libtorch
 * @param shareOfPeak multiply-adds that a step does, a second, of what the device reaches at most
 * @param launchesPerStep of kernels; null on a CPU
 */
public record ControllerTimes(
    int batch,
    double stepMillis,
    Double libtorchStepMillis,
    double generationMillis,
    Double libtorchGenerationMillis,
    double shareOfPeak,
    Double launchesPerStep) {

  private static final long SEED = 1;
  private static final int STEPS = 10;
  private static final int WARM_UP = 2;
  private static final double NANOS_PER_MILLI = 1e6;

  /** A multiply-add counts twice, in the forward and for both gradients. */
  private static final double OPERATIONS_PER_MULTIPLY_ADD = 2 * 3;

  /**
   * Measures.
   *
   * @param repetitions of which the medians are taken
   */
  public static ControllerTimes measure(Device device, int batch, int repetitions) {
    final SearchSpace space = SearchSpace.naoSmall();
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final Random random = new Random(SEED);
    final List<int[]> sequences =
        Stream.generate(() -> tokens.encode(space.random(random))).limit(batch).toList();
    final double[] accuracies = random.doubles(batch).toArray();
    // With neither copies nor held-out sequences an epoch is one step.
    final ControllerConfig config =
        Presets.of("nao-v2", "paper")
            .controller()
            .withEpochs(STEPS)
            .withBatchSize(batch)
            .withAugmentation(1)
            .withTrainingShare(1);
    final boolean withTorch = hasTorch();
    final double[][] millis = new double[4][repetitions];
    try (Controller own = new Controller(tokens.layout(), config, SEED, device)) {
      final Optional<TorchController> torch =
          withTorch
              ? Optional.of(new TorchController(tokens.layout(), config, SEED, device.threads()))
              : Optional.empty();
      try {
        for (int i = -WARM_UP; i < repetitions; i++) {
          final int at = Math.max(i, 0);
          millis[0][at] =
              millis(() -> own.train(sequences, accuracies, SEED, epoch -> {}, () -> false))
                  / STEPS;
          millis[1][at] = millis(() -> own.generate(sequences, 1));
          if (torch.isPresent()) {
            final TorchController other = torch.get();
            millis[2][at] =
                millis(() -> other.train(sequences, accuracies, SEED, epoch -> {}, () -> false))
                    / STEPS;
            millis[3][at] = millis(() -> other.generate(sequences, 1));
          }
        }
      } finally {
        torch.ifPresent(TorchController::close);
      }
      final long before = own.kernelLaunches();
      own.train(sequences, accuracies, SEED, epoch -> {}, () -> false);
      final long launches = own.kernelLaunches() - before;
      final double step = median(millis[0]);
      final double operations =
          OPERATIONS_PER_MULTIPLY_ADD * batch * multiplyAdds(tokens.layout(), config);
      final double giga = operations / step / NANOS_PER_MILLI;
      final double peak = device.ceiling(Ceiling.MULTIPLY_ADD);
      return new ControllerTimes(
          batch,
          step,
          withTorch ? median(millis[2]) : null,
          median(millis[1]),
          withTorch ? median(millis[3]) : null,
          peak > 0 ? giga / peak : 0,
          launches == 0 ? null : (double) launches / STEPS);
    }
  }

  /**
   * Of one sequence, forward, as the engine does them: tables of the few tokens take the place of
   * the LSTMs' input weights, and the attention projects encoder outputs, of which there are fewer.
   */
  private static double multiplyAdds(SequenceLayout layout, ControllerConfig config) {
    final double hidden = config.hiddenSize();
    final double recurrent = (layout.steps() + layout.length()) * 4.0 * hidden * hidden;
    final double projected = (2.0 * layout.steps() + layout.length()) * hidden * hidden;
    final double attended = layout.length() * hidden * (2.0 * layout.steps() + layout.vocabulary());
    return recurrent + projected + attended;
  }

  private static boolean hasTorch() {
    try {
      Torch.load();
      return true;
    } catch (RunException e) {
      return false;
    }
  }

  private static double millis(Runnable work) {
    final long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }

  private static double median(double[] values) {
    final double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
