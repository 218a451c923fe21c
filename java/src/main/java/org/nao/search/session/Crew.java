package org.nao.search.session;

import org.nao.ranks.Ranks;
import org.nao.supernet.GradientExchange;

/**
 * Who works on a search at the same time; what it finds does not depend on it.
 *
 * @param ranks processes, of which this is rank 0
 * @param version of nao, which all ranks need
 * @param exchange how they are to exchange gradients
 * @param parallel networks that each rank trains alone at the same time
 */
public record Crew(Ranks ranks, String version, GradientExchange.Choice exchange, int parallel) {
  /** This process alone, one network after the other. */
  public static Crew alone() {
    return alone(1);
  }

  /** This process alone. */
  public static Crew alone(int parallel) {
    return new Crew(Ranks.alone(), "", GradientExchange.Choice.HOST, parallel);
  }

  /** Trainings alone in all ranks at the same time. */
  public int trainings() {
    return ranks.size() * parallel;
  }
}
