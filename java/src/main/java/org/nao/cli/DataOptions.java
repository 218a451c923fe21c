package org.nao.cli;

import java.util.Optional;
import org.nao.data.DataSource;
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

  /** The images that the user named. */
  Optional<String> place() {
    return Optional.ofNullable(data).map(DataSource::place);
  }

  /** The options that are about a configuration. */
  Given given() {
    return where().put("--image-size", "imageSize", imageSize);
  }

  /** The option that says only where the images lie; a run may go on from another folder. */
  Given where() {
    return new Given().put("--data", "data", data == null ? null : DataSource.place(data));
  }
}
