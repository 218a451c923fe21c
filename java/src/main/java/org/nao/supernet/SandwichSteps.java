package org.nao.supernet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Steps of the largest architecture, the smallest one and others of a source. The largest has
 * everywhere the operation with the most parameters, then multiply-adds; the smallest has that with
 * the fewest, {@code none} left out; of equal ones the first. What their operands read is drawn.
 */
final class SandwichSteps implements StepSource {
  private static final Comparator<ModelSize> BY_SIZE =
      Comparator.comparingLong(ModelSize::parameters).thenComparingLong(ModelSize::macs);

  private final SearchSpace space;
  private final ArchitectureSource others;
  private final int perStep;
  private final int largest;
  private final int smallest;

  /**
   * Steps of a space.
   *
   * @param shape for the model sizes
   * @param others what the steps hold beside the largest and the smallest
   * @throws org.nao.error.InvalidValue if there is no room for another in a step
   */
  SandwichSteps(SearchSpace space, NetworkShape shape, ArchitectureSource others, int perStep) {
    Sampling.requireSandwich(perStep);
    this.space = space;
    this.others = others;
    this.perStep = perStep;
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    int most = -1;
    int fewest = -1;
    for (final int operation : space.choosable()) {
      if (space.operation(operation).kind() != OperationKind.ZERO) {
        most = most < 0 || compare(networks, operation, most) > 0 ? operation : most;
        fewest = fewest < 0 || compare(networks, operation, fewest) < 0 ? operation : fewest;
      }
    }
    largest = Math.max(most, 0);
    smallest = Math.max(fewest, 0);
  }

  private int compare(StandaloneNetworks networks, int one, int other) {
    return BY_SIZE.compare(size(networks, one), size(networks, other));
  }

  /** Of an architecture that has an operation everywhere, with the same inputs for all. */
  private ModelSize size(StandaloneNetworks networks, int operation) {
    return networks.size(space.random(new SplittableRandom(0), operand -> operation));
  }

  @Override
  public int perStep() {
    return perStep;
  }

  @Override
  public List<Architecture> draw(RandomGenerator random, int steps) {
    final List<Architecture> drawn = new ArrayList<>(steps * perStep);
    for (int step = 0; step < steps; step++) {
      drawn.add(space.random(random, operand -> largest));
      drawn.add(space.random(random, operand -> smallest));
      drawn.addAll(others.draw(random, perStep - 2));
    }
    return drawn;
  }
}
