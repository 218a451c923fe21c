package org.nao.cli;

import org.nao.data.ImageForm;
import picocli.CommandLine.Option;

/** How large images are made. */
final class ImageSizeOption {
  @Option(
      names = "--image-size",
      paramLabel = "S",
      description =
          "Make images S x S pixels: those of arrays that fit are zero-padded, others are resized"
              + " and their middles cropped (default: as they are).")
  private Integer value;

  /** The side that the user wants; {@code null}: none is given. */
  Integer value() {
    return value;
  }

  /** What images are to be like. */
  ImageForm form() {
    return ImageForm.of(value == null ? 0 : value);
  }
}
