package org.nao.cli;

import java.util.function.Consumer;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
import picocli.CommandLine.Option;

/** What becomes of files that cannot be read. */
final class SkipBadOption {
  @Option(
      names = "--skip-bad",
      description = "Leave out files of pictures that cannot be read, and say how many.")
  private boolean given;

  boolean given() {
    return given;
  }

  /** What a command line that goes on must have once more. */
  String again() {
    return given ? " --skip-bad" : "";
  }

  /** Reads images and tells the user what there is to say about them. */
  ImageData load(String place, ImageForm form, Consumer<String> notices) {
    final ImageData read = read(place, form, notices);
    return read.formed(form);
  }

  /** As {@link #load}, but arrays of images stay as they are. */
  ImageData read(String place, ImageForm form, Consumer<String> notices) {
    final ImageData read = DataSource.resolve(place).read(form.skippingBad(given));
    read.notices().forEach(notices);
    return read;
  }
}
