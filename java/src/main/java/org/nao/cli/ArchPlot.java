package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.export.PictureExport;
import org.nao.space.Architecture;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao arch plot}: an architecture's cells as a picture. */
@Command(
    name = "plot",
    description = "Draws the cells of an architecture as SVG, which browsers and papers show.",
    footer = {
      "",
      "Examples:",
      "  nao arch plot --run runs/a --out winner.svg   the best of a search",
      "  nao arch plot DARTS_V2 --space darts --out darts.svg"
    })
final class ArchPlot implements Runnable {
  @Mixin private SizedArchitectures architectures;
  @Mixin private Output output;

  @Option(
      names = "--rank",
      paramLabel = "K",
      description = "Where several are given, the K-th of them (default 1).")
  private int rank = 1;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file to write, whose name ends with .svg.")
  private Path out;

  @Override
  public void run() {
    if (!out.toString().endsWith(".svg")) {
      throw new UserException("--out is %s, a picture's name ends with .svg.".formatted(out));
    }
    final List<Architecture> all = architectures.read();
    if (rank < 1 || rank > all.size()) {
      throw new UserException(
          "--rank is %d, there %s."
              .formatted(
                  rank,
                  (all.size() == 1 ? "is " : "are ") + Counted.of(all.size(), "architecture")));
    }
    PictureExport.write(out, architectures.space(), all.get(rank - 1));
    if (!output.json()) {
      output.line("wrote " + out);
    } else {
      output.object(Map.of("file", out.toString()));
    }
  }
}
