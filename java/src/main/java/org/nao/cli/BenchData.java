package org.nao.cli;

import java.util.Locale;
import org.nao.bench.ReadingRate;
import org.nao.data.DataSource;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao bench data}: how fast images are read. */
@Command(
    name = "data",
    description =
        "Measures how many images of a data set are read and decoded in a second, and how many the"
            + " engine trains on.")
final class BenchData implements Runnable {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  @Parameters(
      paramLabel = "NAME|DIR",
      arity = "0..1",
      description = "Data set (default " + DataSource.DEFAULT + ").")
  private String name = DataSource.DEFAULT;

  @Mixin private ImageSizeOption imageSize;
  @Mixin private SkipBadOption skipBad;
  @Mixin private DeviceOptions device;
  @Mixin private Output output;

  @Option(
      names = "--repetitions",
      paramLabel = "R",
      description = "Readings that are measured, after one that is not (default 3).")
  private int repetitions = 3;

  @Override
  public void run() {
    if (repetitions < 1) {
      throw new UserException("--repetitions is %d, must be at least 1.".formatted(repetitions));
    }
    final ReadingRate rate = measured();
    if (output.json()) {
      output.object(rate);
      return;
    }
    output.line(
        String.format(
            Locale.ROOT,
            "%s, %.0f MiB of pixels: median %.2f s, worst %.2f s, %.0f images a second",
            Counted.of(rate.images(), "image"),
            rate.pixelBytes() / BYTES_PER_MEBIBYTE,
            rate.medianSeconds(),
            rate.worstSeconds(),
            rate.imagesPerSecond()));
    if (rate.fileFirst() > 0) {
      output.line(
          String.format(
              Locale.ROOT,
              "from the cache at random places: %.0f images a second, the same once more %.0f",
              rate.fileFirst(),
              rate.fileAgain()));
    }
    output.line(
        String.format(
            Locale.ROOT,
            "the engine trains %.0f images a second, a random network of the size of quick searches;"
                + " reading is %.1f times as fast",
            rate.trained(),
            (rate.fileAgain() > 0 ? rate.fileAgain() : rate.imagesPerSecond()) / rate.trained()));
  }

  private ReadingRate measured() {
    try (Device opened = device.open()) {
      return ReadingRate.of(
          DataSource.resolve(name),
          imageSize.form().skippingBad(skipBad.given()),
          repetitions,
          opened);
    }
  }
}
