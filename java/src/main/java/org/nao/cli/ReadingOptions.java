package org.nao.cli;

import org.nao.data.ImageForm;
import picocli.CommandLine.Option;

/** How images are read. */
final class ReadingOptions {
  @Option(
      names = "--image-size",
      paramLabel = "S",
      description =
          "Make images S x S pixels: those of arrays that fit are zero-padded, others are resized"
              + " and their middles cropped (default: as they are).")
  private Integer imageSize;

  @Option(
      names = "--skip-bad",
      description = "Leave out files of pictures that cannot be read, and say how many.")
  private boolean skipBad;

  /** The side that the user wants; {@code null}: none is given. */
  Integer imageSize() {
    return imageSize;
  }

  boolean skipBad() {
    return skipBad;
  }

  /** What images are to be like. */
  ImageForm form() {
    return ImageForm.of(imageSize == null ? 0 : imageSize).skippingBad(skipBad);
  }
}
