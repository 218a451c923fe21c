package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.nao.error.UserException;
import org.nao.network.ModelSize;
import org.nao.network.NamedNetwork;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.Stem;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao arch size}: parameters and multiply-adds, counted analytically. */
@Command(
    name = "size",
    description = "Prints parameters, multiply-adds and text of each architecture.")
final class ArchSize implements Runnable {
  private static final String STANDALONE = "standalone";
  private static final String SUPERNET = "supernet";

  @Mixin private SizedArchitectures architectures;
  @Mixin private Output output;

  @Option(
      names = "--network",
      paramLabel = "KIND",
      description =
          "standalone (default), what it uses of the supernet: supernet, or without architectures a"
              + " network by name: ${bundle:namedNetworks}.")
  private String network = STANDALONE;

  @Option(
      names = "--image-size",
      paramLabel = "S",
      description = "With a network by name: side of the images in pixels (default 32).")
  private Integer imageSize;

  @Option(
      names = "--classes",
      paramLabel = "K",
      description = "With a network by name: classes to tell apart (default 10).")
  private Integer classes;

  @Option(names = "--aux", description = "Count the stand-alone network's auxiliary head too.")
  private boolean auxiliary;

  @Override
  public void run() {
    final boolean cells = network.equals(STANDALONE) || network.equals(SUPERNET);
    if (auxiliary && !network.equals(STANDALONE)) {
      throw new UserException("--aux needs --network standalone.");
    }
    if (!cells) {
      print("network", network, named(NamedNetwork.of(network)));
      return;
    }
    if (imageSize != null || classes != null) {
      throw new UserException("--image-size and --classes need --network with a name.");
    }
    final SearchSpace space = architectures.space();
    final Function<Architecture, ModelSize> sizes = sizes(space, architectures.shape());
    for (final Architecture architecture : architectures.read()) {
      print(
          "architecture",
          ArchitectureFormat.line(space).write(architecture),
          sizes.apply(architecture));
    }
  }

  private ModelSize named(NamedNetwork named) {
    if (architectures.isGiven()) {
      throw new UserException(
          "--network %s has no cells; leave out architectures, --run, --model and what is of spaces."
              .formatted(network));
    }
    final NetworkShape small = NetworkShape.cifar10(1, 1);
    final int side = imageSize == null ? small.height() : imageSize;
    return named
        .networks(
            new NetworkShape(
                1,
                1,
                small.imageChannels(),
                side,
                side,
                classes == null ? small.classes() : classes,
                false))
        .size(NamedNetwork.NO_CELLS);
  }

  private void print(String kind, String text, ModelSize size) {
    if (output.json()) {
      final Map<String, Object> result = new LinkedHashMap<>();
      result.put(kind, text);
      result.put("parameters", size.parameters());
      result.put("macs", size.macs());
      output.object(result);
    } else {
      output.line("%12d %14d  %s".formatted(size.parameters(), size.macs(), text));
    }
  }

  private Function<Architecture, ModelSize> sizes(SearchSpace space, NetworkShape shape) {
    if (network.equals(SUPERNET)) {
      if (shape.stem() == Stem.IMAGENET) {
        throw new UserException("supernets have the stem cifar; --network supernet needs it.");
      }
      return NetworkFamilies.supernet(space, shape)::size;
    }
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    return auxiliary
        ? each -> networks.size(each).plus(networks.auxiliaryHead(each))
        : networks::size;
  }
}
