package org.nao.cli;

import org.nao.network.NetworkShape;
import picocli.CommandLine.Option;

/** How large the networks are. */
final class SizeOptions {
  private static final int SEARCH_LAYERS = 3;
  private static final int SEARCH_CHANNELS = 20;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description =
          "Normal cells per stage, 3N + 2 cells in all; in the space darts all cells"
              + " (default: 3, for a search the preset's).")
  private Integer layers;

  @Option(
      names = "--channels",
      paramLabel = "C",
      description = "Channels of the first stage (default: 20, for a search the preset's).")
  private Integer channels;

  /** The network on CIFAR-10 images, for commands without a configuration. */
  NetworkShape shape() {
    return NetworkShape.cifar10(
        layers == null ? SEARCH_LAYERS : layers, channels == null ? SEARCH_CHANNELS : channels);
  }

  /** The options that are about a configuration. */
  Given given() {
    return new Given().put("--layers", "layers", layers).put("--channels", "channels", channels);
  }
}
