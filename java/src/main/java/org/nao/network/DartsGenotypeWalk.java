package org.nao.network;

import java.util.List;
import java.util.function.ToIntFunction;
import org.nao.space.Architecture;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Writes the stand-alone network of a genotype. Paths are dropped but for identities, with one
 * probability in all cells.
 */
final class DartsGenotypeWalk extends DartsWalk {

  private static final float ALL = 1;

  private final Architecture architecture;

  DartsGenotypeWalk(
      SearchSpace space,
      NetworkShape shape,
      ToIntFunction<ParameterSpec> index,
      Architecture architecture) {
    super(space, shape, new DartsWeights(true), index);
    space.validate(architecture);
    this.architecture = architecture;
  }

  @Override
  Value node(int cell, int node, List<Value> states) {
    boolean reduction = isReduction(cell);
    Node chosen = (reduction ? architecture.reduction() : architecture.normal()).nodes().get(node);
    Value first = operand(cell, 2 * node, chosen.op1(), chosen.in1(), states);
    Value second = operand(cell, 2 * node + 1, chosen.op2(), chosen.in2(), states);
    return layers().add(List.of(first, second));
  }

  private Value operand(int cell, int number, int operation, int state, List<Value> states) {
    Operation chosen = space().operation(operation);
    if (chosen.kind() == OperationKind.NONE) {
      throw new IllegalArgumentException(
          "the genotype has the operation none, which only takes part in a search");
    }
    int stride = stride(cell, state);
    Value dst = apply(chosen, "cells." + cell + "._ops." + number, states.get(state), stride);
    boolean identity = chosen.kind() == OperationKind.SKIP_CONNECT && stride == 1;
    return identity ? dst : layers().dropPath(dst, site(cell, number), ALL);
  }
}
