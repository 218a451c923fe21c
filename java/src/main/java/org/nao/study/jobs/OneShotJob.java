package org.nao.study.jobs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.nao.engine.TensorArray;
import org.nao.estimate.Estimation;
import org.nao.estimate.TrialFolder;
import org.nao.network.NetworkShape;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.config.SupernetConfig.EvaluationBatches;
import org.nao.space.Architecture;
import org.nao.supernet.ArchitectureSource;
import org.nao.supernet.EvaluationImages;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.StepSource;
import org.nao.supernet.Supernet;
import org.nao.supernet.SupernetTraining;
import org.nao.training.Seeds;

/** Trains a supernet on a pool and scores the pool with its weights. */
public record OneShotJob(Workplace workplace, OneShotKey key) implements Job<OneShotResult> {
  private static final int WEIGHTS = 0;
  private static final int TRAINING = 1;
  private static final int EVALUATION = 2;

  @Override
  public String kind() {
    return "oneshot";
  }

  @Override
  public Class<OneShotResult> resultType() {
    return OneShotResult.class;
  }

  private List<Object> likenessOfSteps() {
    return List.of(
        key.layers(), key.channels(), key.batch(), key.sampling(), key.perStep(), key.pool());
  }

  @Override
  public Object likeness() {
    return List.of(likenessOfSteps(), key.epochs(), key.rounds(), key.evaluations());
  }

  @Override
  public void estimate(Estimation estimation) {
    final List<Architecture> pool = pool();
    try (Supernet supernet = supernet();
        TrialFolder trial = new TrialFolder(key)) {
      final SupernetTraining training = training(supernet, pool, 0);
      final long epochs = (long) key.rounds() * key.epochs();
      final long steps = (long) key.epochs() * training.stepsPerEpoch();
      final ForkedPool forks = forks(pool);
      estimation.add(
          "training",
          key.rounds() * steps + forks.parts() * stepsOfFork(training),
          "step",
          estimation.once(
              likenessOfSteps(),
              () ->
                  estimation.stepSeconds(
                      (stop, observer) -> training.run(0, steps, stop, observer))));
      for (final Evaluation evaluation : key.evaluations()) {
        estimation.add(
            "evaluation",
            pool.size(),
            "architecture",
            estimation.once(
                List.of(likenessOfSteps(), evaluation),
                () ->
                    estimation.secondsEach(
                        pool.size(),
                        PoolEvaluation.ARCHITECTURES_PER_CALL,
                        count -> {
                          final List<Double> found = new ArrayList<>();
                          while (found.size() < count) {
                            evaluateNext(supernet, pool.subList(0, count), evaluation, found);
                          }
                        })));
      }
      EpochCheckpoints.estimate(
          estimation, epochs + forks.parts(), trial.folder(), supernet.network());
    }
  }

  private List<Architecture> pool() {
    return key.pool().stream().map(workplace::parse).toList();
  }

  private Supernet supernet() {
    final Supernet supernet =
        new Supernet(
            workplace.device(), workplace.space(), workplace.shape(key.layers(), key.channels()));
    supernet.initialize(Seeds.derive(key.seed(), WEIGHTS));
    return supernet;
  }

  @Override
  public Optional<OneShotResult> run(RunFolder folder, String title, StopRequest stop) {
    final List<Architecture> pool = pool();
    try (Supernet supernet = supernet()) {
      final EpochCheckpoints.State begun = EpochCheckpoints.restore(folder, supernet.network());
      final SupernetTraining training = training(supernet, pool, 0);
      final long steps = key.rounds() * stepsOfRound(training);
      final ForkedPool forks = forks(pool);
      final long all = steps + forks.parts() * stepsOfFork(training);
      try (Progress progress = Progress.start(title, begun.step(), all, "steps")) {
        if (begun.step() < steps && !train(folder, progress, stop, supernet, pool, begun)) {
          return Optional.empty();
        }
        if (key.split() != null) {
          return fork(folder, progress, stop, supernet, forks, begun.forks());
        }
      }
      final int evaluations = key.evaluations().size() * pool.size();
      try (Progress progress =
          Progress.start(title + ", evaluating", 0, evaluations, "evaluations")) {
        return evaluate(supernet, pool, stop, done -> progress.update(done, ""));
      }
    }
  }

  private long stepsOfRound(SupernetTraining training) {
    return (long) key.epochs() * training.stepsPerEpoch();
  }

  private long stepsOfFork(SupernetTraining training) {
    return key.split() == null ? 0 : (long) key.splitEpochs() * training.stepsPerEpoch();
  }

  /** Without a split no part. */
  private ForkedPool forks(List<Architecture> pool) {
    return key.split() == null
        ? ForkedPool.NONE
        : ForkedPool.of(pool, each -> workplace.space().operation(each, key.split()));
  }

  /**
   * Goes on once for each end from the weights as they are, and scores each architecture with those
   * of its own end. An end that is stopped begins anew.
   */
  private Optional<OneShotResult> fork(
      RunFolder folder,
      Progress progress,
      StopRequest stop,
      Supernet supernet,
      ForkedPool forks,
      List<OneShotResult> begun) {
    final float[] value = supernet.network().readAll(TensorArray.VALUE);
    final float[] momentum = supernet.network().readAll(TensorArray.MOMENTUM);
    final List<OneShotResult> done = new ArrayList<>(begun);
    while (done.size() < forks.parts()) {
      final List<Architecture> part = forks.part(done.size());
      final SupernetTraining training = training(supernet, part, 1 + done.size());
      final long first = stepsOfRound(training);
      final long end = first + stepsOfFork(training);
      final EpochCheckpoints checkpoints =
          EpochCheckpoints.none(
              folder, supernet.network(), progress, done.size() * stepsOfFork(training));
      if (training.run(first, end, stop, checkpoints) < end) {
        return Optional.empty();
      }
      final Optional<OneShotResult> scored = evaluate(supernet, part, stop, count -> {});
      if (scored.isEmpty()) {
        return Optional.empty();
      }
      done.add(scored.get());
      supernet.network().writeAll(TensorArray.VALUE, value);
      supernet.network().writeAll(TensorArray.MOMENTUM, momentum);
      checkpoints.save(end, done);
    }
    return Optional.of(forks.together(done));
  }

  private boolean train(
      RunFolder folder,
      Progress progress,
      StopRequest stop,
      Supernet supernet,
      List<Architecture> pool,
      EpochCheckpoints.State begun) {
    final long first = begun.step();
    final long steps = stepsOfRound(training(supernet, pool, 0));
    for (int round = (int) (first / steps); round < key.rounds(); round++) {
      final long before = round * steps;
      final EpochCheckpoints checkpoints =
          new EpochCheckpoints(folder, supernet.network(), progress, before, begun.partial());
      final long done =
          training(supernet, pool, round)
              .run(Math.max(first - before, 0), steps, stop, checkpoints);
      if (done < steps) {
        checkpoints.save(done);
        return false;
      }
    }
    return true;
  }

  private SupernetTraining training(Supernet supernet, List<Architecture> pool, int round) {
    return new SupernetTraining(
        supernet,
        steps(pool),
        workplace.images(),
        key.recipe(),
        key.idleDecay(),
        key.scheduleEpochs(),
        key.batch(),
        Seeds.derive(key.seed(), TRAINING, round));
  }

  private StepSource steps(List<Architecture> pool) {
    final NetworkShape shape = workplace.shape(key.layers(), key.channels());
    return StepSource.of(
        key.sampling(),
        key.perStep(),
        ArchitectureSource.pool(pool, key.sampling(), workplace.space(), shape),
        workplace.space(),
        shape);
  }

  /**
   * One way to evaluate moves running statistics, so each begins with the weights as trained.
   *
   * @param done hears how many accuracies are known
   * @return empty: a stop was requested
   */
  private Optional<OneShotResult> evaluate(
      Supernet supernet, List<Architecture> pool, StopRequest stop, IntConsumer done) {
    final float[] trained = supernet.network().readAll(TensorArray.VALUE);
    final List<List<Double>> accuracies = new ArrayList<>();
    for (final Evaluation evaluation : key.evaluations()) {
      supernet.network().writeAll(TensorArray.VALUE, trained);
      final List<Double> found = new ArrayList<>();
      while (found.size() < pool.size()) {
        if (stop.isRequested()) {
          return Optional.empty();
        }
        evaluateNext(supernet, pool, evaluation, found);
        done.accept(accuracies.size() * pool.size() + found.size());
      }
      accuracies.add(found);
    }
    return Optional.of(new OneShotResult(accuracies));
  }

  /** Appends the accuracies of the next architectures of {@code pool}, as many as go at once. */
  private void evaluateNext(
      Supernet supernet, List<Architecture> pool, Evaluation settings, List<Double> accuracies) {
    final PoolEvaluation evaluation =
        new PoolEvaluation(supernet, workplace.images().dataset(), settings.bn(), settings.batch());
    final int[] validation = workplace.images().split().validation();
    final boolean fixed = settings.batches() == EvaluationBatches.FIXED;
    final int first = accuracies.size();
    final int end =
        Math.min(first + (fixed ? PoolEvaluation.ARCHITECTURES_PER_CALL : 1), pool.size());
    final int[] images =
        fixed
            ? EvaluationImages.first(validation, settings.images())
            : EvaluationImages.random(
                validation, settings.images(), Seeds.derive(key.seed(), EVALUATION, first));
    Arrays.stream(evaluation.accuracies(pool.subList(first, end), images)).forEach(accuracies::add);
  }
}
