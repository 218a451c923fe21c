package org.nao.cli;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
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

  @Mixin private ReadingOptions reading;

  /** The images that the user named. */
  Optional<String> place() {
    return Optional.ofNullable(data).map(DataSource::place);
  }

  /** Whether files that cannot be read are left out. */
  boolean skipBad() {
    return reading.skipBad();
  }

  /** What a command line that goes on must have once more. */
  String again() {
    return skipBad() ? " --skip-bad" : "";
  }

  /** Reads images and tells the user what there is to say about them. */
  ImageData load(String place, ImageForm form, Consumer<String> notices) {
    final ImageData read = DataSource.resolve(place).load(form.skippingBad(skipBad()));
    read.notices().forEach(notices);
    return read;
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
    return where().put("--image-size", "imageSize", reading.imageSize());
  }

  /** The option that says only where the images lie; a run may go on from another folder. */
  Given where() {
    return new Given().put("--data", "data", data == null ? null : DataSource.place(data));
  }
}
