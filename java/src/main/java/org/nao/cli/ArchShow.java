package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Json;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nao arch show}: an architecture for people. */
@Command(
    name = "show",
    description = "Shows architectures node by node, with canonical form and size.")
final class ArchShow implements Runnable {
  @Mixin private SizedArchitectures architectures;
  @Mixin private Output output;

  @Override
  public void run() {
    final SearchSpace space = architectures.space();
    final NetworkShape shape = architectures.shape();
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    for (final Architecture architecture : architectures.read()) {
      final ModelSize size = networks.size(architecture);
      final ArchitectureFormat line = ArchitectureFormat.line(space);
      final String canonical = line.write(space.canonical(architecture));
      if (output.json()) {
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("architecture", line.write(architecture));
        result.put("canonical", canonical);
        result.put("cells", Json.parseObject(ArchitectureFormat.json(space).write(architecture)));
        result.put("layers", shape.layers());
        result.put("channels", shape.channels());
        result.put("parameters", size.parameters());
        result.put("macs", size.macs());
        output.object(result);
      } else {
        output.line(ArchitectureFormat.readable(space).write(architecture));
        if (space.hasGenotypes()) {
          output.line("genotype " + ArchitectureFormat.genotype(space).write(architecture));
        }
        // The output of those cells is all nodes, used or not, or the last one.
        if (!space.isDarts() && !space.hasEdgeCells()) {
          output.line("unused normal " + architecture.normal().unusedStates());
          output.line("unused reduction " + architecture.reduction().unusedStates());
        }
        if (space.hasEdgeCells()) {
          output.line("edges " + line.write(architecture));
        }
        output.line("integers " + ArchitectureFormat.integers(space).write(architecture));
        output.line("canonical " + canonical);
        output.line(
            "stand-alone at N = %d, C = %d, images %d x %d x %d, %s: %s, %s"
                .formatted(
                    shape.layers(),
                    shape.channels(),
                    shape.imageChannels(),
                    shape.height(),
                    shape.width(),
                    Counted.of(shape.classes(), "class"),
                    Counted.of(size.parameters(), "parameter"),
                    Counted.of(size.macs(), "multiply-add")));
        output.line("");
      }
    }
  }
}
