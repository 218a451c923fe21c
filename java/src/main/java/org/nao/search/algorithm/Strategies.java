package org.nao.search.algorithm;

import org.nao.search.config.Algorithm;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchStrategy;
import org.nao.search.tokens.GeneticSearch;
import org.nao.search.tokens.RandomSearch;
import org.nao.search.tokens.RegularizedEvolution;

/** Makes the strategy of every algorithm; the only place that knows them all. */
public final class Strategies {
  private Strategies() {}

  /** A strategy of {@code algorithm} that works on the session's state. */
  public static SearchStrategy of(Algorithm algorithm, SearchSession session) {
    return switch (algorithm) {
      case NAO_V2, NAO_WS, NAO -> new NaoStrategy(session);
      case RANDOM ->
          new TokenSearchStrategy(session, (config, space, seed) -> new RandomSearch(space, seed));
      case EVOLUTION ->
          new TokenSearchStrategy(
              session,
              (config, space, seed) -> new RegularizedEvolution(space, config.evolution(), seed));
      case SPOS ->
          new TokenSearchStrategy(
              session, (config, space, seed) -> new GeneticSearch(space, config.genetic(), seed));
      case DARTS -> new DartsStrategy(session);
      case ENAS -> new EnasStrategy(session);
    };
  }
}
