package org.nao.search.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nao.engine.Statistics;
import org.nao.estimate.Estimation;
import org.nao.model.SupernetFile;
import org.nao.model.SupernetInfo;
import org.nao.network.NetworkShape;
import org.nao.run.Folders;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;
import org.nao.supernet.ArchitectureSource;
import org.nao.supernet.EvaluationImages;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.StepSource;
import org.nao.supernet.Supernet;
import org.nao.supernet.SupernetTraining;
import org.nao.training.Seeds;

/** The supernet of a search: its training, a round at a time, and the accuracies it gives. */
public final class OneShot implements PoolScores {
  private static final int MEASURED_CALLS = 2;

  private final SearchSession session;
  private Optional<Supernet> supernet = Optional.empty();
  private Optional<Company> company = Optional.empty();

  /** Whether all ranks have the weights. */
  private boolean spread;

  public OneShot(SearchSession session) {
    this.session = session;
  }

  /**
   * Trains the supernet for this round, or goes on with it; {@code step} of the state says how far
   * it is.
   *
   * @param source of the architectures that the way of sampling leaves to chance
   * @return whether the round is done; otherwise a stop was requested
   */
  public boolean train(ArchitectureSource source) {
    final SupernetTraining training = training(source);
    final SearchState state = session.state();
    final long steps = steps(training);
    try (Progress progress = session.progress("training", state.step, steps, "steps")) {
      trainUntil(steps, training, progress);
    }
    final boolean done = state.step == steps;
    if (done && state.round + 1 == session.config().rounds()) {
      keep();
    }
    return done;
  }

  /**
   * Adds the training of all rounds and the scores of {@code scored} architectures to an estimate.
   *
   * @param perCall how many are scored at once
   */
  public void estimate(Estimation estimation, ArchitectureSource source, long scored, int perCall) {
    final SearchConfig config = session.config();
    final SupernetTraining training = training(source);
    final long steps = steps(training);
    estimation.add(
        "training",
        config.rounds() * steps,
        "step",
        estimation.stepSeconds((stop, observer) -> training.run(0, steps, stop, observer)));
    final List<Architecture> sample =
        source.draw(
            new SplittableRandom(session.seed(Purpose.EVALUATION, 0)),
            (MEASURED_CALLS + 1) * perCall);
    final List<Double> accuracies = session.state().accuracies;
    evaluateNext(sample.subList(0, perCall));
    final double seconds =
        Estimation.seconds(
            () -> {
              while (accuracies.size() < sample.size()) {
                evaluateNext(sample.subList(0, accuracies.size() + perCall));
              }
            });
    accuracies.clear();
    estimation.add(
        "evaluation", scored, "architecture", seconds / (sample.size() - (double) perCall));
    estimation.checkpoints(
        (long) config.rounds() * config.epochs(),
        session.folder(),
        () -> session.save(SearchState.TRAIN, tensors()));
    keep();
    estimation.keep(Folders.bytes(session.folder().path().resolve(SupernetFile.NAME)));
  }

  /** Writes the weights, as they are at the end of the last training, into the run folder. */
  public void keep() {
    SupernetFile.write(
        session.folder().path().resolve(SupernetFile.NAME),
        new SupernetInfo(session.space(), session.shape()),
        supernet().table(),
        supernet().network());
  }

  /** This round's training, which begins with new weights if no step is done. */
  public SupernetTraining training(ArchitectureSource source) {
    final Supernet net = supernet();
    final SearchConfig config = session.config();
    final SearchState state = session.state();
    final SupernetConfig settings = config.supernet();
    if (state.step == 0 && (state.round == 0 || !settings.warmStart())) {
      net.initialize(session.seed(Purpose.WEIGHTS, state.round));
    }
    final SupernetTraining.Steps steps =
        isShared() ? company()::orderSteps : SupernetTraining.alone(net, session.images());
    return new SupernetTraining(
        net,
        StepSource.of(
            settings.sampling(),
            settings.architecturesPerStep(),
            source,
            session.space(),
            session.shape()),
        session.images(),
        settings.recipe(),
        settings.idleUpdate() == SupernetConfig.IdleUpdate.DECAY,
        isDependent() ? config.rounds() * config.epochs() : config.epochs(),
        config.batch(),
        session.seed(Purpose.TRAINING, state.round),
        steps);
  }

  private boolean isDependent() {
    return session.config().supernet().schedule() == SupernetConfig.Schedule.DEPENDENT;
  }

  /** The number of steps of a round. */
  public long steps(SupernetTraining training) {
    return (long) session.config().epochs() * training.stepsPerEpoch();
  }

  /**
   * Trains from the state's {@code step} on.
   *
   * @param end step of the round, the first of an epoch or {@link #steps}; not reached after a stop
   */
  public void trainUntil(long end, SupernetTraining training, Progress progress) {
    final SearchState state = session.state();
    final long steps = steps(training);
    final long start = isDependent() ? state.round * steps : 0;
    if (isShared()) {
      spread();
    }
    state.step =
        training.run(
                start + state.step,
                start + end,
                session.stop(),
                new EpochObserver(
                    session,
                    SearchState.TRAIN,
                    progress,
                    start,
                    steps,
                    supernet().network(),
                    Map.of()))
            - start;
  }

  /** The accuracy of an architecture on one batch of images, with the statistics of that batch. */
  public double batchAccuracy(Architecture architecture, int[] batch) {
    return new PoolEvaluation(
            supernet(), session.images().dataset(), Statistics.BATCH, batch.length)
        .accuracies(List.of(architecture), batch)[0];
  }

  @Override
  public boolean evaluate(List<Architecture> pool) {
    final List<Double> accuracies = session.state().accuracies;
    try (Progress progress =
        session.progress("evaluating", accuracies.size(), pool.size(), "architectures")) {
      while (accuracies.size() < pool.size() && !session.stop().isRequested()) {
        evaluateNext(pool);
        progress.update(accuracies.size(), "");
      }
    }
    return accuracies.size() == pool.size();
  }

  /** Appends the accuracies of the next architectures of {@code pool}, as many as go at once. */
  public void evaluateNext(List<Architecture> pool) {
    final SupernetConfig settings = session.config().supernet();
    final boolean fixed = settings.evaluationBatches() == SupernetConfig.EvaluationBatches.FIXED;
    // The authors' statistics move while architectures are evaluated, one after the other.
    if (isShared() && settings.bn() != Statistics.AUTHORS) {
      evaluateNextTogether(pool, settings, fixed);
      return;
    }
    final PoolEvaluation evaluation =
        new PoolEvaluation(
            supernet(), session.images().dataset(), settings.bn(), settings.evaluationBatch());
    final List<Double> accuracies = session.state().accuracies;
    final int first = accuracies.size();
    final int count = fixed ? PoolEvaluation.ARCHITECTURES_PER_CALL : 1;
    final int end = Math.min(first + count, pool.size());
    for (final double accuracy :
        evaluation.accuracies(pool.subList(first, end), imagesFor(first, fixed))) {
      accuracies.add(accuracy);
    }
  }

  /** The same of as many for each rank. */
  private void evaluateNextTogether(
      List<Architecture> pool, SupernetConfig settings, boolean fixed) {
    if (!spread) {
      spread();
    }
    final List<Double> accuracies = session.state().accuracies;
    final int count = fixed ? PoolEvaluation.ARCHITECTURES_PER_CALL : 1;
    final List<Order.Evaluate.Share> shares = new ArrayList<>();
    int first = accuracies.size();
    for (int rank = 0; rank < session.crew().ranks().size(); rank++) {
      final int end = Math.min(first + count, pool.size());
      shares.add(
          new Order.Evaluate.Share(
              company().texts(pool.subList(first, end)),
              first < end ? imagesFor(first, fixed) : new int[0]));
      first = end;
    }
    accuracies.addAll(
        company()
            .orderEvaluation(
                new Order.Evaluate(settings.bn(), settings.evaluationBatch(), shares)));
  }

  private boolean isShared() {
    return session.crew().ranks().size() > 1;
  }

  /** Gives all ranks the weights. */
  private void spread() {
    company().orderWeights(session.config().supernet().auxiliaryHead());
    spread = true;
  }

  private Company company() {
    if (company.isEmpty()) {
      company =
          Optional.of(
              new Company(
                  session.crew().ranks(),
                  session.exchange(),
                  session.format(),
                  session.images().dataset(),
                  supernet()));
    }
    return company.get();
  }

  /** Weights and momentum. */
  @Override
  public Map<String, Tensor> tensors() {
    return session.networkTensors(supernet().network());
  }

  /** Validation images for one architecture in this round. */
  private int[] imagesFor(int architecture, boolean fixed) {
    final int[] validation = session.images().split().validation();
    final int count = session.config().supernet().evaluationImages();
    return fixed
        ? EvaluationImages.first(validation, count)
        : EvaluationImages.random(
            validation,
            count,
            Seeds.derive(session.seed(Purpose.EVALUATION, session.state().round), architecture));
  }

  /** Made when first needed; closed with the device. */
  private Supernet supernet() {
    if (supernet.isEmpty()) {
      final NetworkShape shape =
          session.shape().withAuxiliary(session.config().supernet().auxiliaryHead());
      supernet = Optional.of(new Supernet(session.device(), session.space(), shape));
      session.restoreNetwork(supernet.get().network());
    }
    return supernet.get();
  }
}
