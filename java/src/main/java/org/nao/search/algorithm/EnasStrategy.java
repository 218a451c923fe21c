package org.nao.search.algorithm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.EnasConfig;
import org.nao.controller.EnasController;
import org.nao.controller.SampledSequence;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.config.SearchConfig;
import org.nao.search.scoring.OneShot;
import org.nao.search.session.OptimizerTensors;
import org.nao.search.session.Pool;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchStrategy;
import org.nao.space.Architecture;
import org.nao.space.OperationKind;
import org.nao.supernet.EvaluationImages;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.SupernetTraining;
import org.nao.training.Seeds;

/**
 * ENAS (Pham et al. 2018). Epochs of shared weights, each step an architecture that the controller
 * draws, alternate with updates of the controller by REINFORCE; at the end the best of many drawn
 * architectures count.
 *
 * <p>The reward of an architecture is its accuracy on one batch of validation images, or what that
 * and its latency make, plus its weighted entropy. Steps and updates done say what comes next, so
 * the phase stays TRAIN throughout.
 */
final class EnasStrategy implements SearchStrategy {
  private static final String CONTROLLER = "controller";
  private static final String WEIGHTS = "enas.controller.";
  private static final String OPTIMIZER = "enas.optimizer.";
  private static final String ACCURACY = "accuracy";
  private static final String ENTROPY = "entropy";
  private static final String BASELINE = "enas.baseline";

  /** Draws per wanted architecture of the pool before no more are found. */
  private static final int MOST_DRAWS = 100;

  private final SearchSession session;
  private final SearchConfig config;
  private final EnasConfig settings;
  private final SearchState state;
  private final OneShot oneShot;
  private final ArchitectureTokens tokens;
  private final EnasController controller;
  private final EnasSampler sampler;
  private float baseline;

  EnasStrategy(SearchSession session) {
    this.session = session;
    config = session.config();
    settings = config.enas();
    state = session.state();
    oneShot = new OneShot(session);
    tokens = new ArchitectureTokens(session.space());
    controller =
        new EnasController(
            tokens.layout(), settings, favoured(), session.seed(Purpose.CONTROLLER_WEIGHTS, 0));
    sampler = new EnasSampler(controller, tokens, session.constraints());
    restore();
  }

  /** The separable convolutions. */
  private boolean[] favoured() {
    final boolean[] favoured = new boolean[session.space().operations().size()];
    for (int i = 0; i < favoured.length; i++) {
      favoured[i] = session.space().operation(i).kind() == OperationKind.SEP_CONV;
    }
    return favoured;
  }

  private void restore() {
    OptimizerTensors.take(OPTIMIZER, session, controller.weights())
        .ifPresent(
            optimizer ->
                baseline =
                    session
                        .fitting(
                            () -> {
                              controller.restore(session.take(WEIGHTS), optimizer);
                              return OptimizerTensors.values(
                                  BASELINE, session.take(BASELINE), "", 1);
                            })[0]);
  }

  @Override
  public void begin() {
    // Says at once if nothing meets the constraints.
    session.constraints().random(new SplittableRandom(session.seed(Purpose.POOL, 0)));
    state.phase = Phase.TRAIN;
  }

  @Override
  public void advance() {
    if (state.phase == Phase.TRAIN) {
      train();
    } else {
      evaluate();
    }
  }

  private void train() {
    final SupernetTraining training = oneShot.training(sampler);
    final long steps = oneShot.steps(training);
    final int perEpoch = training.stepsPerEpoch();
    try (Progress progress = session.progress("training", state.step, steps, "steps")) {
      while (!session.stop().isRequested() && state.phase == Phase.TRAIN) {
        final long epochs = state.step / perEpoch;
        if (controller.updates() < epochs * settings.updates()) {
          learn(epochs * settings.updates(), progress);
          session.save(CONTROLLER, oneShot.tensors());
        } else if (state.step < steps) {
          oneShot.trainUntil((epochs + 1) * perEpoch, training, progress);
        } else {
          drawPool();
          oneShot.keep();
          state.phase = Phase.EVALUATE;
          state.step = 0;
        }
      }
    }
    session.save(SearchState.TRAIN, oneShot.tensors());
  }

  @Override
  public long estimate(Estimation estimation) {
    oneShot.estimate(
        estimation, sampler, config.candidates(), PoolEvaluation.ARCHITECTURES_PER_CALL);
    update();
    estimation.add(
        CONTROLLER,
        (long) config.rounds() * config.epochs() * settings.updates(),
        "update",
        estimation.secondsEach(
            settings.updates(), 1, count -> IntStream.range(0, count).forEach(i -> update())));
    return config.candidates();
  }

  /** Updates the controller until {@code updates} are done or a stop is requested. */
  private void learn(long updates, Progress progress) {
    double accuracy = state.partial.getOrDefault(ACCURACY, 0.0);
    double entropy = state.partial.getOrDefault(ENTROPY, 0.0);
    while (controller.updates() < updates && !session.stop().isRequested()) {
      final Sampled sampled = update();
      accuracy += sampled.accuracy();
      entropy += sampled.entropy();
      progress.update(
          state.step, String.format(Locale.ROOT, "validation %.3f", sampled.accuracy()));
    }
    if (controller.updates() < updates) {
      state.partial = Map.of(ACCURACY, accuracy, ENTROPY, entropy);
    } else {
      final double done = settings.updates();
      state.partial = Map.of();
      final Map<String, Object> values = new LinkedHashMap<>();
      values.put("updates", controller.updates());
      values.put(ACCURACY, accuracy / done);
      values.put(ENTROPY, entropy / done);
      values.put("baseline", baseline);
      session.event(CONTROLLER, values);
    }
  }

  /** Means over the architectures of an update. */
  private record Sampled(double accuracy, double entropy) {}

  private Sampled update() {
    final long seed = session.seed(Purpose.POLICY, controller.updates());
    final List<SampledSequence> drawn =
        sampler.sequences(settings.samples(), new SplittableRandom(Seeds.derive(seed, 0)));
    final double[] advantages = new double[drawn.size()];
    double accuracies = 0;
    double entropies = 0;
    for (int i = 0; i < advantages.length; i++) {
      final SampledSequence sequence = drawn.get(i);
      final int[] images =
          EvaluationImages.random(
              session.images().split().validation(), config.batch(), Seeds.derive(seed, 1, i));
      final Architecture architecture = tokens.decode(sequence.tokens());
      final double accuracy = oneShot.batchAccuracy(architecture, images);
      final double reward =
          state.objective().of(architecture, accuracy)
              + settings.entropyWeight() * sequence.entropy();
      baseline -= (float) ((1 - settings.baselineDecay()) * (baseline - reward));
      advantages[i] = reward - baseline;
      accuracies += accuracy;
      entropies += sequence.entropy();
    }
    controller.update(drawn.stream().map(SampledSequence::tokens).toList(), advantages);
    return new Sampled(accuracies / advantages.length, entropies / advantages.length);
  }

  /** Different architectures from the trained controller, as many as wanted if it draws them. */
  private void drawPool() {
    final Pool pool = state.pool;
    final int wanted = config.candidates();
    final SplittableRandom random = new SplittableRandom(session.seed(Purpose.PROPOSALS, 0));
    for (int i = 0; i < MOST_DRAWS && pool.size() < wanted; i++) {
      sampler.draw(random, wanted).stream()
          .takeWhile(each -> pool.size() < wanted)
          .forEach(pool::add);
    }
    if (pool.size() < wanted) {
      session.notice(
          "the controller drew only %d different architectures, %d were wanted."
              .formatted(pool.size(), wanted));
    }
  }

  private void evaluate() {
    if (oneShot.evaluate(state.pool.architectures())) {
      session.writePool();
      state.phase = Phase.RERANK;
    }
    session.save(
        SearchState.EVALUATE, state.phase == Phase.EVALUATE ? oneShot.tensors() : Map.of());
  }

  /** The controller's state while it learns. */
  @Override
  public Map<String, Tensor> tensors() {
    if (state.phase != Phase.TRAIN) {
      return Map.of();
    }
    final Map<String, Tensor> tensors =
        new LinkedHashMap<>(
            ControllerPhase.weights(WEIGHTS, controller.state(), controller.stateShapes()));
    tensors.putAll(OptimizerTensors.of(OPTIMIZER, controller.optimizer()));
    tensors.put(BASELINE, Tensor.of(new float[] {baseline}, 1));
    return tensors;
  }

  @Override
  public void close() {
    controller.close();
  }
}
