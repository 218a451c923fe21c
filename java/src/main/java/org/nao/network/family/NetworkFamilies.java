package org.nao.network.family;

import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.darts.DartsNetworks;
import org.nao.space.SearchSpace;

/** Knows which family of networks the architectures of a space have. */
public final class NetworkFamilies {

  private NetworkFamilies() {}

  /** The stand-alone networks of a space's architectures at that size. */
  public static StandaloneNetworks standalone(SearchSpace space, NetworkShape shape) {
    return space.isDarts()
        ? DartsNetworks.of(space, shape)
        : StandaloneNetworks.ofCells(space, shape);
  }
}
