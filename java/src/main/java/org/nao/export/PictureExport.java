package org.nao.export;

import java.nio.file.Path;
import org.nao.report.CellPicture;
import org.nao.run.AtomicFiles;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Files with pictures of architectures. */
public final class PictureExport {
  private PictureExport() {}

  /** Writes the cells of an architecture as SVG. */
  public static void write(Path file, SearchSpace space, Architecture architecture) {
    AtomicFiles.write(file, CellPicture.of(space, architecture));
  }
}
