package org.nao.network.darts;

import java.util.List;
import org.nao.network.Block;
import org.nao.network.CellLayers;
import org.nao.network.Initialization;
import org.nao.network.Layer.AvgPool;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.FactorizedReduce;
import org.nao.network.Layer.Linear;
import org.nao.network.Layer.MaxPool;
import org.nao.network.LayerTensor;
import org.nao.network.LayerTensor.Role;
import org.nao.network.Names;
import org.nao.network.ParameterSpec;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/** The blocks inside the cells of DARTS networks, their tensors under the authors' names. */
record DartsBlocks(CellLayers layers) {

  /** The blocks of the networks of genotypes. */
  static DartsBlocks ofGenotypes() {
    return new DartsBlocks(new CellLayers(true, true, true, false));
  }

  /**
   * The blocks of the search network: normalisations neither scale nor shift, so that they do not
   * undo the architecture weights, and pools are normalised like the other candidates.
   */
  static DartsBlocks ofSearch() {
    return new DartsBlocks(new CellLayers(true, false, true, true));
  }

  /** Logits of the architecture weights of all cells of a kind, edges x operations. */
  static ParameterSpec logits(SearchSpace space, boolean reduction) {
    return new ParameterSpec(
        reduction ? "alphas_reduce" : "alphas_normal",
        List.of(space.edges(), space.operations().size()),
        true,
        1,
        Initialization.SMALL_NORMAL);
  }

  /** What brings an input state of a cell to its channels and, with {@code halves}, to its size. */
  Block preprocess(int cell, int state, int from, int to, boolean halves) {
    return new Block(
        layers.calibration(from, to, halves), names("cells." + cell + ".preprocess" + state));
  }

  /** What an operation with its tensors under {@code path} computes. */
  Block operand(String path, Operation operation, int channels, int stride) {
    return new Block(layers.operation(operation, channels, stride), names(path));
  }

  private static Names names(String path) {
    return (all, layer, tensor) -> {
      if (all.get(layer) instanceof FactorizedReduce) {
        return reduce(path, tensor);
      }
      final boolean pool = all.get(0) instanceof AvgPool || all.get(0) instanceof MaxPool;
      return path + (pool ? "." : ".op.") + layer + "." + tensor.role().suffix();
    };
  }

  private static String reduce(String path, LayerTensor tensor) {
    return tensor.role() == Role.WEIGHT
        ? path + ".conv_" + (tensor.part() + 1) + ".weight"
        : path + ".bn." + tensor.role().suffix();
  }

  /**
   * The names of the auxiliary head's tensors. The numbers of its modules are those of a head with
   * one average pool, for other maps too.
   */
  static Names auxiliaryHead() {
    return (all, layer, tensor) -> {
      final int first = 3 * Names.group(all, layer) - 1;
      final String module =
          all.get(layer) instanceof Linear
              ? "classifier"
              : "features." + (all.get(layer) instanceof BatchNorm ? first + 1 : first);
      return "auxiliary_head." + module + "." + tensor.role().suffix();
    };
  }
}
