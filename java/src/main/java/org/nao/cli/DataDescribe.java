package org.nao.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.data.ChannelStatistics;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao data describe}: sizes, classes and statistics. */
@Command(
    name = "describe",
    description = "Prints sizes, classes and channel statistics of a data set.")
final class DataDescribe implements Runnable {
  @Parameters(
      paramLabel = "NAME|DIR",
      arity = "0..1",
      description = "Data set (default " + DataSource.DEFAULT + ").")
  private String name = DataSource.DEFAULT;

  @Mixin private ImageSizeOption imageSize;
  @Mixin private SkipBadOption skipBad;
  @Mixin private Output output;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    final ImageData read =
        skipBad.read(name, imageSize.form(), spec.commandLine().getErr()::println);
    final ImageData data = read.formed(imageSize.form());
    final ImageSet training = data.training();
    // Zeros around images are no part of them.
    final ChannelStatistics statistics = read.training().statistics();
    if (output.json()) {
      final Map<String, Object> result = new LinkedHashMap<>();
      result.put("name", data.name());
      result.put("trainingImages", training.count());
      result.put("testImages", data.test().count());
      result.put("channels", training.channels());
      result.put("height", training.height());
      result.put("width", training.width());
      result.put("classNames", training.classNames());
      result.put("trainingPerClass", training.countPerClass());
      result.put("testPerClass", data.test().countPerClass());
      result.put("mean", statistics.mean());
      result.put("deviation", statistics.deviation());
      output.object(result);
      return;
    }
    output.line(
        "%s: %,d training and %s of %d x %d x %d, %s"
            .formatted(
                data.name(),
                training.count(),
                Counted.of(data.test().count(), "test image"),
                training.channels(),
                training.height(),
                training.width(),
                Counted.of(training.classes(), "class")));
    output.line("classes            " + String.join(", ", training.classNames()));
    output.line("training per class " + Arrays.toString(training.countPerClass()));
    output.line("test per class     " + Arrays.toString(data.test().countPerClass()));
    output.line("mean               " + Arrays.toString(statistics.mean()));
    output.line("deviation          " + Arrays.toString(statistics.deviation()));
  }
}
