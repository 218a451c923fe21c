package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
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

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "data", data);
    Given.put(given, "imageSize", imageSize);
    return given;
  }
}
