package org.nao.cli;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao arch convert}: from any text format to another one. */
@Command(name = "convert", description = "Converts architectures between the text formats.")
final class ArchConvert implements Runnable {
  /** What to write. */
  private enum Format {
    EDGES,
    INTEGERS,
    READABLE,
    JSON,
    GENOTYPE,
    NNI,
    NASLIB
  }

  private static final Set<Format> IS_JSON = EnumSet.of(Format.JSON, Format.NNI, Format.NASLIB);

  @Mixin private ArchitectureInput input;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private Output output;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      description =
          "integers (default), readable, json, of the spaces darts and nasnet genotype, of darts the"
              + " dictionaries nni and naslib, of nasbench201 edges.")
  private Format to = Format.INTEGERS;

  @Option(
      names = "--canonical",
      description = "Write the canonical form: equal for architectures of the same meaning.")
  private boolean canonical;

  @Override
  public void run() {
    final SearchSpace space = spaceOptions.space();
    final ArchitectureFormat format =
        switch (to) {
          case EDGES -> ArchitectureFormat.edges(space);
          case INTEGERS -> ArchitectureFormat.integers(space);
          case READABLE -> ArchitectureFormat.readable(space);
          case JSON -> ArchitectureFormat.json(space);
          case GENOTYPE -> ArchitectureFormat.genotype(space);
          case NNI -> ArchitectureFormat.nni(space);
          case NASLIB -> ArchitectureFormat.naslib(space);
        };
    for (final Architecture architecture : input.read(space)) {
      final String text = format.write(canonical ? space.canonical(architecture) : architecture);
      if (output.json() && !IS_JSON.contains(to)) {
        output.object(Map.of("architecture", text));
      } else {
        output.line(text);
      }
    }
  }
}
