package org.nao.cli;

import org.nao.network.NetworkShape;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Option;

/** How large the networks are. */
final class SizeOptions {
  private static final int SEARCH_LAYERS = 3;
  private static final int SEARCH_CHANNELS = 20;
  private static final int EDGE_LAYERS = 5;
  private static final int EDGE_CHANNELS = 16;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description =
          "Normal cells per stage, 3N + 2 cells in all; in the space darts all cells"
              + " (default: 3, of nasbench201 5, for a search the preset's).")
  private Integer layers;

  @Option(
      names = "--channels",
      paramLabel = "C",
      description =
          "Channels of the first stage (default: 20, of nasbench201 16, for a search the"
              + " preset's).")
  private Integer channels;

  /** The network of a space on CIFAR-10 images, for commands without a configuration. */
  NetworkShape shape(SearchSpace space) {
    final boolean edges = space.hasEdgeCells();
    return NetworkShape.cifar10(
        layers != null ? layers : edges ? EDGE_LAYERS : SEARCH_LAYERS,
        channels != null ? channels : edges ? EDGE_CHANNELS : SEARCH_CHANNELS);
  }

  /** The options that are about a configuration. */
  Given given() {
    return new Given().put("--layers", "layers", layers).put("--channels", "channels", channels);
  }
}
