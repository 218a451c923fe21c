package org.nao.supernet;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/**
 * Steps in which every operand, or edge, has each of its operations once: a random order of the
 * operations each, of which the k-th architecture takes the k-th. What operands read is drawn for
 * every architecture alone.
 */
final class FairSteps implements StepSource {
  private final SearchSpace space;

  /**
   * Steps of a space.
   *
   * @throws org.nao.error.InvalidValue if {@code perStep} is not the number of operations
   */
  FairSteps(SearchSpace space, int perStep) {
    Sampling.requireFair(space, perStep);
    this.space = space;
  }

  @Override
  public int perStep() {
    return space.choosable().length;
  }

  @Override
  public List<Architecture> draw(RandomGenerator random, int steps) {
    final List<Architecture> drawn = new ArrayList<>(steps * perStep());
    for (int step = 0; step < steps; step++) {
      final List<int[]> orders = new ArrayList<>(space.operands());
      for (int operand = 0; operand < space.operands(); operand++) {
        orders.add(shuffled(space.choosable(), random));
      }
      for (int k = 0; k < perStep(); k++) {
        final int position = k;
        drawn.add(space.random(random, operand -> orders.get(operand)[position]));
      }
    }
    return drawn;
  }

  private static int[] shuffled(int[] values, RandomGenerator random) {
    final int[] shuffled = values.clone();
    for (int left = shuffled.length; left > 1; left--) {
      final int chosen = random.nextInt(left);
      final int last = shuffled[left - 1];
      shuffled[left - 1] = shuffled[chosen];
      shuffled[chosen] = last;
    }
    return shuffled;
  }
}
