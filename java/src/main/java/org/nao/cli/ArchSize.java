package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.nao.error.UserException;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.Stem;
import org.nao.network.SupernetProgram;
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
  /** Which network is measured. */
  private enum Network {
    STANDALONE,
    SUPERNET
  }

  @Mixin private SizedArchitectures architectures;
  @Mixin private Output output;

  @Option(
      names = "--network",
      paramLabel = "KIND",
      description = "standalone (default), or what it uses of the supernet: supernet.")
  private Network network = Network.STANDALONE;

  @Option(names = "--aux", description = "Count the stand-alone network's auxiliary head too.")
  private boolean auxiliary;

  @Override
  public void run() {
    if (auxiliary && network == Network.SUPERNET) {
      throw new UserException("--aux needs --network standalone.");
    }
    final SearchSpace space = architectures.space();
    final Function<Architecture, ModelSize> sizes = sizes(space, architectures.shape());
    for (final Architecture architecture : architectures.read()) {
      final ModelSize size = sizes.apply(architecture);
      final String text = ArchitectureFormat.integers(space).write(architecture);
      if (output.json()) {
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("architecture", text);
        result.put("parameters", size.parameters());
        result.put("macs", size.macs());
        output.object(result);
      } else {
        output.line("%12d %14d  %s".formatted(size.parameters(), size.macs(), text));
      }
    }
  }

  private Function<Architecture, ModelSize> sizes(SearchSpace space, NetworkShape shape) {
    if (network == Network.SUPERNET) {
      if (shape.stem() == Stem.IMAGENET) {
        throw new UserException("supernets have the stem cifar; --network supernet needs it.");
      }
      return architecture -> SupernetProgram.size(space, shape, architecture);
    }
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    return auxiliary
        ? each -> networks.size(each).plus(networks.auxiliaryHead(each))
        : networks::size;
  }
}
