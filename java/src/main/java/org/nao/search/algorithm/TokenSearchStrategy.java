package org.nao.search.algorithm;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.scoring.OneShot;
import org.nao.search.scoring.StandaloneScores;
import org.nao.search.scoring.ZeroCostScores;
import org.nao.search.session.Constraints;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchStrategy;
import org.nao.search.tokens.ArchitectureTokenSpace;
import org.nao.search.tokens.Candidate;
import org.nao.search.tokens.FilteredTokenSpace;
import org.nao.search.tokens.TokenSpace;
import org.nao.search.tokens.TokenStrategy;
import org.nao.space.Architecture;

/**
 * Searches that train a supernet once, each step a random architecture of the whole space (uniform
 * single paths), and then propose and score one architecture after another: random search with
 * weight sharing (Li and Talwalkar 2019), regularized evolution (Real et al. 2019) and single path
 * one-shot (Guo et al. 2020). With other scores there is no supernet.
 *
 * <p>A proposal depends on the seed and on all scores before, so the pool and its scores are all
 * that a checkpoint needs.
 */
final class TokenSearchStrategy implements SearchStrategy {
  private static final int SECONDS_BETWEEN_SAVES = 30;

  private final SearchSession session;
  private final SearchState state;
  private final OneShot oneShot;
  private final StandaloneScores standalone;
  private final ZeroCostScores zeroCost;
  private final ArchitectureTokenSpace tokens;
  private final TokenStrategy strategy;

  /** Makes what proposes. */
  @FunctionalInterface
  interface Proposals {
    TokenStrategy make(SearchConfig config, TokenSpace space, long seed);
  }

  TokenSearchStrategy(SearchSession session, Proposals proposals) {
    this.session = session;
    state = session.state();
    oneShot = new OneShot(session);
    standalone = new StandaloneScores(session, session.config().candidates());
    zeroCost = new ZeroCostScores(session);
    tokens = new ArchitectureTokenSpace(session.space(), session.config().duplicates());
    final Constraints constraints = session.constraints();
    strategy =
        proposals.make(
            session.config(),
            new FilteredTokenSpace(tokens, sequence -> constraints.fits(tokens.decode(sequence))),
            session.seed(Purpose.PROPOSALS, 0));
    for (int i = 0; i < state.accuracies.size(); i++) {
      tell(i);
    }
  }

  private boolean sharesWeights() {
    return session.config().scoring() == Scoring.ONE_SHOT;
  }

  @Override
  public void begin() {
    // Says at once if nothing meets the constraints.
    session.constraints().random(new SplittableRandom(session.seed(Purpose.POOL, 0)));
    state.phase = sharesWeights() ? Phase.TRAIN : Phase.EVALUATE;
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
    if (oneShot.train(session.constraints()::random)) {
      state.phase = Phase.EVALUATE;
      state.step = 0;
    }
    session.save(SearchState.TRAIN, oneShot.tensors());
  }

  private void evaluate() {
    final int wanted = session.config().candidates();
    boolean exhausted = false;
    final int before = state.accuracies.size();
    // Every stand-alone training shows its own.
    try (Progress progress =
        trainsAlone() ? null : session.progress("searching", before, wanted, "architectures")) {
      while (state.accuracies.size() < wanted && !exhausted && !session.stop().isRequested()) {
        exhausted = !propose(wanted);
        final int scored = state.accuracies.size();
        if (!exhausted && score()) {
          IntStream.range(scored, state.accuracies.size()).forEach(this::tell);
        }
        if (progress != null) {
          progress.update(state.accuracies.size(), "");
          saveSometimes();
        }
      }
    }
    if (exhausted) {
      session.notice(
          "%s has no more architectures than the %d scored, %d were wanted."
              .formatted(session.space().title(), state.pool.size(), wanted));
    }
    if (exhausted || state.accuracies.size() == wanted) {
      session.writePool();
      state.phase = Phase.RERANK;
      session.save(SearchState.EVALUATE, Map.of());
    } else if (!trainsAlone()) {
      session.save(SearchState.EVALUATE, scoringTensors());
    }
  }

  private boolean trainsAlone() {
    return session.config().scoring() == Scoring.STANDALONE;
  }

  private Map<String, Tensor> scoringTensors() {
    return sharesWeights() ? oneShot.tensors() : zeroCost.tensors();
  }

  @Override
  public long estimate(Estimation estimation) {
    final int candidates = session.config().candidates();
    switch (session.config().scoring()) {
      case ONE_SHOT -> oneShot.estimate(estimation, session.constraints()::random, candidates, 1);
      case STANDALONE -> standalone.estimate(estimation, candidates);
      case ZERO_COST -> zeroCost.estimate(estimation, candidates);
    }
    return candidates;
  }

  /**
   * Adds an architecture, or as many as are trained at once where no score is needed for that,
   * unless some wait for their scores; false if there is no new one.
   */
  private boolean propose(int wanted) {
    final int known = state.accuracies.size();
    if (state.pool.size() > known) {
      return true;
    }
    final int most =
        trainsAlone() && !strategy.learns() ? Math.min(standalone.atOnce(), wanted - known) : 1;
    for (final int[] asked : strategy.ask(most)) {
      if (!state.pool.add(tokens.decode(asked))) {
        break;
      }
    }
    return state.pool.size() > known;
  }

  /** Scores the architectures of the pool that have no score; false after a stop. */
  private boolean score() {
    final List<Architecture> pool = state.pool.architectures();
    return switch (session.config().scoring()) {
      case ONE_SHOT -> {
        oneShot.evaluateNext(pool);
        yield true;
      }
      case ZERO_COST -> {
        zeroCost.evaluateNext(pool);
        yield true;
      }
      case STANDALONE -> standalone.evaluate(pool);
    };
  }

  private void tell(int index) {
    final Architecture architecture = state.pool.get(index);
    final double objective = state.objective().of(architecture, state.accuracies.get(index));
    strategy.tell(List.of(new Candidate(tokens.encode(architecture), objective)));
  }

  private void saveSometimes() {
    if (session.clockSeconds() >= SECONDS_BETWEEN_SAVES) {
      session.writeCandidates();
      session.save(SearchState.EVALUATE, scoringTensors());
    }
  }
}
