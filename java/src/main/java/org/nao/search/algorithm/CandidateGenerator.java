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

  CandidateGenerator(Controller controller, ArchitectureTokens tokens) {
    this.controller = controller;
    this.tokens = tokens;
  }

  /**
   * Adds architectures to {@code pool} until {@code quota} are new, no step size is left or {@code
   * stop} says so.
   *
   * @return the new ones
   */
  List<Architecture> addTo(
      Pool pool, List<Architecture> seeds, int quota, int maxStepSize, BooleanSupplier stop) {
    if (quota == 0) {
      return List.of();
    }
    return new Proposer(1, maxStepSize, 1)
            .propose(
                controller,
                seeds.stream().map(tokens::encode).toList(),
                quota,
                sequence -> pool.add(tokens.decode(sequence)),
                stop)
            .stream()
            .map(tokens::decode)
            .toList();
  }
}
