package org.nao.search.algorithm;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.Proposer;
import org.nao.search.session.Pool;
import org.nao.space.Architecture;

/** New architectures from the controller: the best ones, moved uphill by growing steps. */
final class CandidateGenerator {
  private final Controller controller;
  private final ArchitectureTokens tokens;
  private final Proposer proposer;

  CandidateGenerator(Controller controller, ArchitectureTokens tokens, Proposer proposer) {
    this.controller = controller;
    this.tokens = tokens;
    this.proposer = proposer;
  }

  /**
   * At most {@code wanted} architectures that {@code pool}, which stays as it is, could be added.
   *
   * @param seeds to begin from
   */
  List<Architecture> propose(
      Pool pool, List<Architecture> seeds, int wanted, BooleanSupplier stop) {
    final Pool seen = pool.copy();
    return proposer
        .propose(
            controller,
            seeds.stream().map(tokens::encode).toList(),
            wanted,
            sequence -> seen.add(tokens.decode(sequence)),
            stop)
        .stream()
        .map(tokens::decode)
        .toList();
  }
}
