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
import org.nao.space.CanonicalForm;
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
      final ArchitectureFormat integers = ArchitectureFormat.integers(space);
      final String canonical = integers.write(CanonicalForm.of(architecture));
      if (output.json()) {
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("architecture", integers.write(architecture));
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
        if (!space.isDarts()) { // the output of whose cells is all nodes, used or not
          output.line("unused normal " + architecture.normal().unusedStates());
          output.line("unused reduction " + architecture.reduction().unusedStates());
        }
        output.line("integers " + integers.write(architecture));
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
