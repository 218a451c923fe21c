package org.nao.search.algorithm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nao.estimate.Estimation;
import org.nao.run.Tensor;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.search.scoring.OneShot;
import org.nao.search.scoring.PoolScores;
import org.nao.search.scoring.StandaloneScores;
import org.nao.search.scoring.ZeroCostScores;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchStrategy;
import org.nao.space.Architecture;
import org.nao.supernet.ArchitectureSource;
import org.nao.supernet.PoolEvaluation;

/**
 * NAO. Every round scores the pool and lets the controller add architectures. Scores come from a
 * supernet that the round trains on the pool (NAO-V2, Luo et al. 2019; NAO-WS with other settings
 * of the same steps), from training each architecture alone (NAO, Luo et al. 2018) or from
 * untrained networks.
 */
final class NaoStrategy implements SearchStrategy {
  private final SearchSession session;
  private final SearchConfig config;
  private final SearchState state;
  private final OneShot oneShot;
  private final StandaloneScores standalone;
  private final ZeroCostScores zeroCost;
  private final PoolScores scores;
  private final ControllerPhase controller;

  NaoStrategy(SearchSession session) {
    this.session = session;
    config = session.config();
    state = session.state();
    oneShot = new OneShot(session);
    standalone = new StandaloneScores(session, 0);
    zeroCost = new ZeroCostScores(session);
    scores =
        switch (config.scoring()) {
          case ONE_SHOT -> oneShot;
          case STANDALONE -> standalone;
          case ZERO_COST -> zeroCost;
        };
    controller = new ControllerPhase(session, this::carriedWeights);
  }

  private boolean sharesWeights() {
    return config.scoring() == Scoring.ONE_SHOT;
  }

  @Override
  public void begin() {
    state.pool.addRandom(config.initialPool(), new SplittableRandom(session.seed(Purpose.POOL, 0)));
    state.phase = sharesWeights() ? Phase.TRAIN : Phase.EVALUATE;
  }

  @Override
  public void advance() {
    switch (state.phase) {
      case TRAIN -> train();
      case EVALUATE -> evaluate();
      case GENERATE -> generate();
      case RERANK, DONE -> throw new IllegalStateException("phase " + state.phase);
    }
  }

  private void train() {
    if (oneShot.train(source())) {
      state.phase = Phase.EVALUATE;
      state.step = 0;
      if (config.supernet().scores() == SupernetConfig.Scores.FRESH) {
        state.accuracies.clear();
      }
    }
    session.save(SearchState.TRAIN, oneShot.tensors());
  }

  /** What the steps of this round draw from. */
  private ArchitectureSource source() {
    return ArchitectureSource.pool(
        trained(state.pool.architectures(), state.firstNew(), config.supernet().trainOn()),
        config.supernet().sampling(),
        session.space(),
        session.shape());
  }

  @Override
  public long estimate(Estimation estimation) {
    final long all = pool(config.rounds() - 1);
    switch (config.scoring()) {
      case ONE_SHOT ->
          oneShot.estimate(estimation, source(), scored(), PoolEvaluation.ARCHITECTURES_PER_CALL);
      case STANDALONE -> standalone.estimate(estimation, all);
      case ZERO_COST -> zeroCost.estimate(estimation, all);
    }
    controller.estimate(estimation);
    return all;
  }

  /** Evaluations with shared weights in all rounds; an architecture may have several. */
  private long scored() {
    final boolean fresh = config.supernet().scores() == SupernetConfig.Scores.FRESH;
    long scored = config.initialPool();
    for (int round = 1; round < config.rounds(); round++) {
      scored += config.newArchitectures() + (fresh ? pool(round - 1) : 0);
    }
    return scored;
  }

  /** Architectures in the pool of a round. */
  private long pool(int round) {
    return config.initialPool() + (long) round * config.newArchitectures();
  }

  /** The architectures that a round trains; in the first round all are new. */
  static List<Architecture> trained(
      List<Architecture> pool, int firstNew, SupernetConfig.TrainOn trainOn) {
    final boolean onlyNew = trainOn == SupernetConfig.TrainOn.NEW && firstNew < pool.size();
    return onlyNew ? pool.subList(firstNew, pool.size()) : pool;
  }

  private void evaluate() {
    if (scores.evaluate(state.pool.architectures())) {
      session.writePool();
      state.phase = state.round + 1 < config.rounds() ? Phase.GENERATE : Phase.RERANK;
    } else if (config.scoring() == Scoring.STANDALONE) {
      return; // the stand-alone training that was stopped has saved its own weights
    }
    session.save(
        SearchState.EVALUATE, state.phase == Phase.EVALUATE ? scores.tensors() : carriedWeights());
  }

  private void generate() {
    final Optional<ControllerPhase.Proposals> added = controller.propose();
    if (added.isEmpty()) {
      return;
    }
    final List<Architecture> architectures = added.get().architectures();
    session.event("generate", Map.of("added", architectures.size()));
    state.roundStarts.add(state.pool.size());
    architectures.forEach(state.pool::add);
    state.predicted.addAll(added.get().accuracies());
    state.round++;
    state.step = 0;
    state.phase = sharesWeights() ? Phase.TRAIN : Phase.EVALUATE;
    session.save(ControllerPhase.PHASE, carriedWeights());
  }

  /** The supernet's weights where the next round goes on with them. */
  private Map<String, Tensor> carriedWeights() {
    return sharesWeights() && config.supernet().warmStart() ? oneShot.tensors() : Map.of();
  }

  @Override
  public Map<String, Tensor> tensors() {
    return controller.tensors();
  }

  @Override
  public void close() {
    controller.close();
  }
}
