package org.nao.cli;

import picocli.CommandLine.Option;

/** Which images. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME|DIR",
      description = "fashion-mnist-mini (inside nao), a folder, or a folder's name in $NAO_DATA.")
  private String data;

  @Option(
      names = "--image-size",
      paramLabel = "S",
      description = "Zero-pad images to S x S pixels (default: as they are).")
  private Integer imageSize;

  /** The options that are about a configuration. */
  Given given() {
    return new Given().put("--data", "data", data).put("--image-size", "imageSize", imageSize);
  }
}
