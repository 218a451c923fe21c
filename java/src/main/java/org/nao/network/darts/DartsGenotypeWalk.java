package org.nao.network.darts;

import java.util.List;
import org.nao.error.UserException;
import org.nao.network.LayerSink;
import org.nao.network.NetworkShape;
import org.nao.network.Value;
import org.nao.space.Architecture;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Walks through the stand-alone network of a genotype. Paths are dropped but for identities, with
 * one probability in all cells.
 */
final class DartsGenotypeWalk extends DartsWalk {

  private static final float ALL = 1;

  private final Architecture architecture;

  DartsGenotypeWalk(
      SearchSpace space,
      NetworkShape shape,
      boolean auxiliary,
      DartsBlocks blocks,
      Architecture architecture,
      LayerSink sink) {
    super(space, shape, auxiliary, blocks, sink);
    space.validate(architecture);
    this.architecture = architecture;
  }

  @Override
  Value node(int cell, int node, List<Value> states) {
    final boolean reduction = isReduction(cell);
    final Node chosen =
        (reduction ? architecture.reduction() : architecture.normal()).nodes().get(node);
    final Value first = operand(cell, 2 * node, chosen.op1(), chosen.in1(), states);
    final Value second = operand(cell, 2 * node + 1, chosen.op2(), chosen.in2(), states);
    return sink().add(List.of(first, second));
  }

  private Value operand(int cell, int number, int operation, int state, List<Value> states) {
    final Operation chosen = space().operation(operation);
    if (!space().mayChoose(operation)) {
      throw new UserException(
          "the genotype has the operation "
              + chosen.name()
              + ", which only takes part in a search");
    }
    final Value dst = operand(cell, "cells." + cell + "._ops." + number, chosen, state, states);
    final boolean identity = chosen.kind() == OperationKind.IDENTITY && stride(cell, state) == 1;
    return identity ? dst : sink().dropPath(dst, site(cell, number), ALL);
  }
}
