package org.nao.network.darts;

import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.space.SearchSpace;

/** The stand-alone networks of genotypes. */
public final class DartsNetworks {

  private DartsNetworks() {}

  /** The networks of a shape whose layers are the cells in all. */
  public static StandaloneNetworks of(SearchSpace space, NetworkShape shape) {
    final DartsBlocks blocks = DartsBlocks.ofGenotypes();
    return new StandaloneNetworks(
        shape,
        (architecture, auxiliary, sink) ->
            new DartsGenotypeWalk(space, shape, auxiliary.isPresent(), blocks, architecture, sink)
                .network());
  }
}
