package org.nao.search.scoring;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.nao.estimate.Estimation;
import org.nao.network.AuxiliaryHead;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Progress;
import org.nao.search.session.Constraints;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;
import org.nao.training.StandaloneTraining;

/** Trains single architectures alone; the state's {@code step} says how far the present one is. */
public final class StandaloneScore {
  private static final int SAMPLE = 60;
  private static final int THIRDS = 3;

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

  private StandaloneTraining training(Architecture architecture, long seed) {
    return new StandaloneTraining(
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
  }

  /**
   * Adds {@code count} such trainings to an estimate, as long as those of three random
   * architectures: of many, the ones in the middle of the smallest, the middle and the largest
   * third.
   *
   * @param name of this part of the run
   * @param keeps whether each leaves a model file
   */
  public void estimate(Estimation estimation, String name, long count, boolean keeps) {
    final StandaloneNetworks networks =
        NetworkFamilies.standalone(session.space(), session.shape());
    final Constraints constraints = session.constraints();
    final SplittableRandom random = new SplittableRandom(session.seed(Purpose.POOL, 1));
    final List<Architecture> bySize =
        Stream.generate(() -> constraints.random(random))
            .limit(SAMPLE)
            .sorted(Comparator.comparingLong(each -> networks.size(each).macs()))
            .toList();
    final int images = session.images().split().validation().length;
    double step = 0;
    double image = 0;
    double save = 0;
    long steps = 0;
    long elements = 0;
    for (int third = 0; third < THIRDS; third++) {
      final int index = (2 * third + 1) * SAMPLE / (2 * THIRDS);
      try (StandaloneTraining training = training(bySize.get(index), third)) {
        steps = training.totalSteps();
        step +=
            estimation.stepSeconds((stop, observer) -> training.run(0, stop, observer)) / THIRDS;
        image +=
            estimation.secondsEach(images, session.config().batch(), training::validationAccuracy)
                / THIRDS;
        save +=
            Estimation.seconds(
                    () -> session.save(phase, session.networkTensors(training.network())))
                / THIRDS;
        estimation.checkpoint(session.folder().checkpoint().bytes());
        elements = Math.max(elements, training.table().elements());
      }
    }
    estimation.add(name, count * steps, "step", step);
    estimation.add(name + ", scores", count * images, "image", image);
    estimation.add(name + ", saves", count * epochs, "checkpoint", save);
    estimation.keep(keeps ? count * elements * Float.BYTES : 0);
    estimation.note(
        "%s: as long as random architectures take; those found may be larger.".formatted(name));
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
    try (StandaloneTraining training = training(architecture, seed);
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
