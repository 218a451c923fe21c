package org.nao.search.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.EnasController;
import org.nao.controller.SampledSequence;
import org.nao.run.RunException;
import org.nao.search.session.Constraints;
import org.nao.space.Architecture;
import org.nao.supernet.ArchitectureSource;

/** Architectures that ENAS' controller draws; those that the constraints forbid are drawn again. */
final class EnasSampler implements ArchitectureSource {
  /** Draws that give nothing before the limits count as impossible. */
  private static final int MOST_DRAWS = 10_000;

  /** Drawn together these take little longer than one. */
  private static final int LEAST_DRAWN_AGAIN = 32;

  private final EnasController controller;
  private final ArchitectureTokens tokens;
  private final Constraints constraints;

  EnasSampler(EnasController controller, ArchitectureTokens tokens, Constraints constraints) {
    this.controller = controller;
    this.tokens = tokens;
    this.constraints = constraints;
  }

  /**
   * {@code count} sequences of allowed architectures.
   *
   * @throws RunException if many draws gave none
   */
  List<SampledSequence> sequences(int count, RandomGenerator random) {
    final List<SampledSequence> drawn = new ArrayList<>(count);
    int batch = count;
    int refused = 0;
    while (drawn.size() < count) {
      for (final SampledSequence each : controller.sample(batch, random)) {
        if (!constraints.fits(tokens.decode(each.tokens()))) {
          refused++;
        } else if (drawn.size() < count) {
          drawn.add(each);
          refused = 0;
        }
      }
      if (refused > MOST_DRAWS) {
        throw new RunException(
            "the controller drew more than %,d architectures in a row beyond the limits on sizes;"
                    .formatted(MOST_DRAWS)
                + " what was saved before is kept; use larger limits.");
      }
      batch = Math.max(count - drawn.size(), LEAST_DRAWN_AGAIN);
    }
    return drawn;
  }

  @Override
  public Architecture draw(RandomGenerator random) {
    return draw(random, 1).get(0);
  }

  @Override
  public List<Architecture> draw(RandomGenerator random, int count) {
    return sequences(count, random).stream().map(each -> tokens.decode(each.tokens())).toList();
  }
}
