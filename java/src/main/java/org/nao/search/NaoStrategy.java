package org.nao.search;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nao.run.Tensor;
import org.nao.search.SearchState.Phase;
import org.nao.space.Architecture;

/**
 * NAO-V2 (Luo et al., 2019). Every round trains a supernet on the pool, evaluates the pool with its
 * weights and lets the controller add architectures.
 */
final class NaoStrategy implements SearchStrategy {
  private final SearchSession session;
  private final SearchConfig config;
  private final SearchState state;
  private final OneShot oneShot;
  private final ControllerPhase controller;

  NaoStrategy(SearchSession session) {
    this.session = session;
    config = session.config();
    state = session.state();
    oneShot = new OneShot(session);
    controller = new ControllerPhase(session, this::carriedWeights);
  }

  @Override
  public void begin() {
    final Pool pool = session.emptyPool();
    pool.addRandom(
        session.space(), config.initialPool(), new SplittableRandom(session.seed(Purpose.POOL, 0)));
    session.remember(pool.architectures());
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
    final List<Architecture> pool = session.pool().architectures();
    if (oneShot.train(trained(pool, state.firstNew, config.supernet().trainOn()))) {
      state.phase = Phase.EVALUATE;
      state.step = 0;
      if (config.supernet().scores() == SupernetConfig.Scores.FRESH) {
        state.accuracies.clear();
      }
    }
    session.save(OneShot.TRAIN, oneShot.tensors());
  }

  /** The architectures that a round trains; in the first round all are new. */
  static List<Architecture> trained(
      List<Architecture> pool, int firstNew, SupernetConfig.TrainOn trainOn) {
    final boolean onlyNew = trainOn == SupernetConfig.TrainOn.NEW && firstNew < pool.size();
    return onlyNew ? pool.subList(firstNew, pool.size()) : pool;
  }

  private void evaluate() {
    final Pool pool = session.pool();
    if (oneShot.evaluate(pool.architectures())) {
      final List<ScoredArchitecture> ranked = pool.ranked(state.accuracies);
      session
          .folder()
          .writePool(
              state.round,
              ranked.stream().map(each -> session.format().write(each.architecture())).toList(),
              ranked.stream().mapToDouble(ScoredArchitecture::accuracy).toArray());
      session.event(
          OneShot.EVALUATE, Map.of("pool", pool.size(), "best", ranked.get(0).accuracy()));
      state.phase = state.round + 1 < config.rounds() ? Phase.GENERATE : Phase.RERANK;
    }
    session.save(
        OneShot.EVALUATE, state.phase == Phase.EVALUATE ? oneShot.tensors() : carriedWeights());
  }

  private void generate() {
    final Optional<List<Architecture>> added = controller.propose();
    if (added.isEmpty()) {
      return;
    }
    session.event("generate", Map.of("added", added.get().size()));
    state.firstNew = state.pool.size();
    session.remember(added.get());
    state.round++;
    state.step = 0;
    state.phase = Phase.TRAIN;
    session.save(ControllerPhase.PHASE, carriedWeights());
  }

  /** The supernet's weights where the next round goes on with them. */
  private Map<String, Tensor> carriedWeights() {
    return config.supernet().warmStart() ? oneShot.tensors() : Map.of();
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
