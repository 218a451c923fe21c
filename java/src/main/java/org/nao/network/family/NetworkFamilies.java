package org.nao.network.family;

import java.util.List;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.network.InheritedTensors;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.SupernetProgram;
import org.nao.network.darts.DartsNetworks;
import org.nao.network.edges.EdgeNetworks;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Knows which family of networks the architectures of a space have. */
public final class NetworkFamilies {

  private NetworkFamilies() {}

  /** The stand-alone networks of a space's architectures at that size. */
  public static StandaloneNetworks standalone(SearchSpace space, NetworkShape shape) {
    if (space.isDarts()) {
      return DartsNetworks.of(space, shape);
    }
    return space.hasEdgeCells()
        ? EdgeNetworks.standalone(space, shape)
        : StandaloneNetworks.ofCells(space, shape);
  }

  /**
   * The supernet of a space's architectures at that size.
   *
   * @throws UserException if the space has none
   */
  public static SupernetProgram supernet(SearchSpace space, NetworkShape shape) {
    return space.hasEdgeCells()
        ? EdgeNetworks.supernet(space, shape)
        : SupernetProgram.ofCells(space, shape);
  }

  /**
   * Weights of convolutions that what an architecture's network says of an image hangs on, see
   * {@link EdgeNetworks#liveWeights}.
   *
   * @throws UserException if the space has other cells than NAS-Bench-201's
   */
  public static long liveWeights(SearchSpace space, NetworkShape shape, Architecture architecture) {
    if (!space.hasEdgeCells()) {
      throw new UserException(
          "live weights are counted in the space nasbench201 only, not in " + space.name());
    }
    return EdgeNetworks.liveWeights(space, shape, architecture);
  }

  /**
   * The supernet's tensors by name of those of an architecture's network alone, see {@link
   * InheritedTensors}.
   *
   * @param shape of both networks
   * @throws UserException if the space has no supernet, or one of other cells, or not that
   *     architecture
   */
  public static Map<String, List<String>> inherited(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    if (space.isEnas()) {
      throw new UserException(
          "an architecture of %s has other cells alone than in the supernet, so that it cannot begin with its weights"
              .formatted(space.name()));
    }
    return InheritedTensors.of(
        shape, standalone(space, shape), supernet(space, shape), architecture);
  }
}
