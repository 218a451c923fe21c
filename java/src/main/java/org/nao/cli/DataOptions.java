package org.nao.cli;

import java.util.Map;
import java.util.Optional;
import org.nao.data.DataSource;
import org.nao.run.FittingValues;
import org.nao.text.Counted;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which images. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME|DIR",
      description = "fashion-mnist-mini (inside nao), a folder, or a folder's name in $NAO_DATA.")
  private String data;

  @Mixin private ImageSizeOption imageSize;

  /** The images that the user named. */
  Optional<String> place() {
    return Optional.ofNullable(data).map(DataSource::place);
  }

  /** A sentence about values that were lowered to fit so many training images. */
  String fitted(int images, FittingValues fitting, Map<String, String> options) {
    return "%s: lowered %s."
        .formatted(
            Counted.of(images, "training image"),
            fitting.sentence(key -> options.getOrDefault(key, key)));
  }

  /** The options that are about a configuration. */
  Given given() {
    return where().put("--image-size", "imageSize", imageSize.value());
  }

  /** The option that says only where the images lie; a run may go on from another folder. */
  Given where() {
    return new Given().put("--data", "data", data == null ? null : DataSource.place(data));
  }
}
