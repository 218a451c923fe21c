package org.nao.search.algorithm;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.Proposer;
import org.nao.controller.TrainingPoint;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.OptimizerTensors;
import org.nao.search.session.Pool;
import org.nao.search.session.Purpose;
import org.nao.search.session.ScoredArchitecture;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;

/**
 * NAO's controller within a search: trained on what the search maximises of the pool, then asked
 * for architectures. The state's {@code step} is the number of epochs done; a checkpoint is written
 * between two epochs when a stop is requested, every {@value #SECONDS_BETWEEN_SAVES} seconds and
 * after the last, so a stop loses at most one epoch's wait and a kill little more than that time.
 */
final class ControllerPhase implements AutoCloseable {
  static final String PHASE = "controller";

  private static final String WEIGHTS = PHASE + ".";
  private static final String OPTIMIZER = "optimizer.";
  private static final int SECONDS_BETWEEN_SAVES = 30;
  private static final int MEASURED_EPOCHS = 2;
  private static final int MEASURED_SEQUENCES = 100;

  private final SearchSession session;
  private final ArchitectureTokens tokens;
  private final Supplier<Map<String, Tensor>> kept;
  private Optional<Controller> controller = Optional.empty();
  private boolean stopped;

  /**
   * A controller that is made when first needed.
   *
   * @param kept tensors that checkpoints within this phase must hold, too
   */
  ControllerPhase(SearchSession session, Supplier<Map<String, Tensor>> kept) {
    this.session = session;
    this.kept = kept;
    tokens = new ArchitectureTokens(session.space());
  }

  /**
   * New architectures and the accuracy that is predicted of each, a fraction on the scale of the
   * pool's accuracies.
   */
  record Proposals(List<Architecture> architectures, List<Double> accuracies) {}

  /**
   * New architectures, as many as the configuration wants where the controller finds them.
   *
   * @return empty after a stop, a checkpoint is then written
   */
  Optional<Proposals> propose() {
    final Pool pool = session.state().pool;
    if (!train(pool)) {
      return Optional.empty();
    }
    final SearchConfig config = session.config();
    final List<Architecture> seeds =
        session.state().ranked().stream()
            .limit(config.seeds())
            .map(ScoredArchitecture::architecture)
            .toList();
    final List<Architecture> added =
        new CandidateGenerator(
                controller(),
                tokens,
                new Proposer(1, config.maxStepSize(), config.overgeneration()))
            .propose(pool, seeds, config.newArchitectures(), session.stop()::isRequested);
    if (session.stop().isRequested()) {
      return Optional.empty();
    }
    if (added.size() < config.newArchitectures()) {
      session.notice(
          "round %d: the controller found %d new architectures of %d wanted, up to step size %d."
              .formatted(
                  session.state().round + 1,
                  added.size(),
                  config.newArchitectures(),
                  config.maxStepSize()));
    }
    return Optional.of(new Proposals(added, predicted(added)));
  }

  /**
   * Adds its training and its proposals of all rounds to an estimate: epochs in proportion to the
   * architectures of the pool, and as few step sizes as could give enough architectures.
   */
  void estimate(Estimation estimation) {
    final SearchConfig config = session.config();
    final int trainings = config.rounds() - 1;
    if (trainings == 0) {
      return;
    }
    final List<int[]> sequences =
        session.state().pool.architectures().stream()
            .limit(MEASURED_SEQUENCES)
            .map(tokens::encode)
            .toList();
    final List<int[]> seeds = sequences.subList(0, Math.min(config.seeds(), sequences.size()));
    final double[] accuracies = new Random(config.seed()).doubles(sequences.size()).toArray();
    try (Controller measured =
        new Controller(
            tokens.layout(),
            config.controller().withEpochs(MEASURED_EPOCHS),
            config.seed(),
            session.device())) {
      final Runnable train =
          () -> measured.train(sequences, accuracies, config.seed(), epoch -> {}, () -> false);
      train.run();
      final double epoch = Estimation.seconds(train) / MEASURED_EPOCHS / sequences.size();
      final double pool = config.initialPool() + (trainings - 1) / 2.0 * config.newArchitectures();
      estimation.add(PHASE, (long) trainings * config.controller().epochs(), "epoch", epoch * pool);
      measured.generate(seeds, 1);
      final double generation =
          Estimation.seconds(() -> measured.generate(seeds, 2)) * config.seeds() / seeds.size();
      final long wanted = (long) config.newArchitectures() * config.overgeneration();
      estimation.add(
          "proposals",
          trainings * Math.min(config.maxStepSize(), (wanted - 1) / config.seeds() + 1),
          "step size",
          generation);
    }
    estimation.note(
        "proposals: with as few step sizes as could give enough new architectures; at most there are "
            + (long) trainings * config.maxStepSize()
            + ".");
  }

  /** The predictions, which are parts of the range of the pool's objectives, as accuracies. */
  private List<Double> predicted(List<Architecture> architectures) {
    if (architectures.isEmpty()) {
      return List.of();
    }
    final DoubleSummaryStatistics range =
        Arrays.stream(session.state().objectives()).summaryStatistics();
    final double width = range.getMax() - range.getMin();
    final double[] predicted =
        controller().predict(architectures.stream().map(tokens::encode).toList());
    return IntStream.range(0, predicted.length)
        .mapToObj(
            i ->
                session
                    .state()
                    .objective()
                    .accuracy(architectures.get(i), range.getMin() + predicted[i] * width))
        .toList();
  }

  /** Whether all epochs are done. */
  private boolean train(Pool pool) {
    final SearchState state = session.state();
    final int epochs = session.config().controller().epochs();
    final Controller net = controller();
    if (state.step == epochs) {
      return true;
    }
    stopped = false;
    try (Progress progress = session.progress(PHASE, state.step, epochs, "epochs")) {
      net.train(
          pool.architectures().stream().map(tokens::encode).toList(),
          state.objectives(),
          session.seed(Purpose.CONTROLLER_TRAINING, state.round),
          point(),
          (epoch, point) -> {
            progress.update(epoch.epoch(), String.format(Locale.ROOT, "loss %.4f", epoch.loss()));
            epochDone(epoch.epoch(), epochs, point);
          },
          () -> stopped);
    }
    return state.step == epochs;
  }

  private void epochDone(int epoch, int epochs, Supplier<TrainingPoint> point) {
    stopped = session.stop().isRequested();
    if (stopped || epoch == epochs || session.clockSeconds() >= SECONDS_BETWEEN_SAVES) {
      session.state().step = epoch;
      final Map<String, Tensor> all = new LinkedHashMap<>(kept.get());
      if (epoch < epochs) {
        all.putAll(OptimizerTensors.of(OPTIMIZER, point.get().optimizer()));
      }
      session.save(PHASE, all);
    }
  }

  /** Where the training stood that this process's checkpoint interrupted. */
  private Optional<TrainingPoint> point() {
    return OptimizerTensors.take(OPTIMIZER, session, controller().weights())
        .map(optimizer -> new TrainingPoint(Math.toIntExact(session.state().step), optimizer));
  }

  /** The weights, or what the checkpoint held of them, if they are not needed yet. */
  Map<String, Tensor> tensors() {
    if (controller.isEmpty()) {
      return session.loaded(WEIGHTS);
    }
    return weights(WEIGHTS, controller.get().state(), controller.get().stateShapes());
  }

  /** Weights as tensors whose names begin with {@code prefix}. */
  static Map<String, Tensor> weights(
      String prefix, Map<String, float[]> values, Map<String, long[]> shapes) {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    values.forEach((name, each) -> tensors.put(prefix + name, Tensor.of(each, shapes.get(name))));
    return tensors;
  }

  private Controller controller() {
    if (controller.isEmpty()) {
      final Controller created =
          new Controller(
              tokens.layout(),
              session.config().controller(),
              session.seed(Purpose.CONTROLLER_WEIGHTS, 0),
              session.device());
      controller = Optional.of(created);
      final Map<String, float[]> weights = session.take(WEIGHTS);
      if (!weights.isEmpty()) {
        session.fitting(() -> created.restore(weights));
      }
    }
    return controller.get();
  }

  @Override
  public void close() {
    controller.ifPresent(Controller::close);
  }
}
