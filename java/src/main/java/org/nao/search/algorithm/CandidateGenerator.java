package org.nao.search.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
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
    final List<int[]> sequences = seeds.stream().map(tokens::encode).toList();
    final List<Architecture> added = new ArrayList<>();
    for (int stepSize = 1; stepSize <= maxStepSize && !stop.getAsBoolean(); stepSize++) {
      for (final int[] sequence : controller.generate(sequences, stepSize)) {
        if (added.size() == quota) {
          return added;
        }
        final Architecture candidate = tokens.decode(sequence);
        if (pool.add(candidate)) {
          added.add(candidate);
        }
      }
    }
    return added;
  }
}
