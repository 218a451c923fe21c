package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.model.Evaluation;
import org.nao.model.ModelFile;
import org.nao.model.ModelImages;
import org.nao.model.OpenModel;
import org.nao.model.Timing;
import org.nao.run.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao evaluate}: a model file on images. */
@Command(
    name = "evaluate",
    description = {
      "Tests a model file on images: accuracy, loss, each class, and how fast it is.",
      "Batch normalisation is folded into the kernels that read its input."
    },
    footer = {
      "",
      "Examples:",
      "  nao evaluate runs/b                         the model of a training",
      "  nao evaluate runs/a/architecture-2.safetensors --split validation",
      "  nao evaluate b.safetensors --data mine --confusion table.csv"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      description = "A model file, or the folder of a training or a search: its best model.")
  private Path model;

  @Mixin private DataOptions data;
  @Mixin private SkipBadOption skipBad;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Spec private CommandSpec spec;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "test (default), or of the images that the model was trained on: training or"
              + " validation.")
  private ModelImages.Part part = ModelImages.Part.TEST;

  @Option(names = "--batch", paramLabel = "B", description = "Images at a time (default 100).")
  private int batch = 100;

  @Option(
      names = "--confusion",
      paramLabel = "FILE",
      description = "Write the confusion matrix as CSV: a row per class, a column per answer.")
  private Path confusion;

  @Override
  public Integer call() {
    if (batch < 1) {
      throw new UserException("--batch is %d, must be at least 1.".formatted(batch));
    }
    final ModelFile file = ModelFile.open(ModelFile.locate(model));
    final ModelImages images = ModelImages.load(file, data.place(), part, skipBad.given());
    images.notices().forEach(spec.commandLine().getErr()::println);
    try (Signals signals = Signals.listen();
        Device device = deviceOptions.open();
        OpenModel open = new OpenModel(device, file)) {
      final Evaluation result =
          Evaluation.of(
              open,
              file.info(),
              images.set(),
              images.indices(),
              batch,
              part.title() + " images",
              signals.stop());
      if (result.images() < images.indices().length) {
        return ExitCode.of(signals.stop());
      }
      if (confusion != null) {
        result.writeCsv(confusion, file.info().classNames());
      }
      final Timing single = Timing.of(open, file.info(), images, 1);
      final Timing many = Timing.of(open, file.info(), images, batch);
      if (output.json()) {
        output.object(json(file, result, single, many));
      } else {
        print(file, result, single, many);
      }
      return ExitCode.DONE;
    }
  }

  private Map<String, Object> json(ModelFile file, Evaluation result, Timing single, Timing many) {
    final Map<String, Object> values = new LinkedHashMap<>();
    values.put("model", file.file().toString());
    values.put("split", part.title());
    values.put("images", result.images());
    values.put("top1", result.top1());
    values.put("top5", result.top5());
    values.put("loss", result.loss());
    final Map<String, Double> perClass = new LinkedHashMap<>();
    for (int c = 0; c < file.info().classNames().size(); c++) {
      final double accuracy = result.perClass().get(c);
      perClass.put(file.info().classNames().get(c), Double.isNaN(accuracy) ? null : accuracy);
    }
    values.put("perClass", perClass);
    values.put("confusion", result.confusion());
    values.put("latency", List.of(single, many));
    values.put("imagesPerSecond", many.imagesPerSecond());
    return values;
  }

  private void print(ModelFile file, Evaluation result, Timing single, Timing many) {
    printClasses(
        output,
        file.info().classNames(),
        result.perClass().stream().map(each -> each.isNaN() ? null : each).toList());
    output.line("");
    output.line(
        String.format(
            Locale.ROOT,
            "%s accuracy %.2f%% (top 5: %.2f%%), loss %.4f, %,d images",
            part.title(),
            100 * result.top1(),
            100 * result.top5(),
            result.loss(),
            result.images()));
    for (final Timing each : List.of(single, many)) {
      output.line(
          String.format(
              Locale.ROOT,
              "batch of %d: median %.2f ms, 95th percentile %.2f ms, %.0f images a second",
              each.batch(),
              each.medianMillis(),
              each.percentile95Millis(),
              each.imagesPerSecond()));
    }
  }

  /** A line with the accuracy of each class. */
  static void printClasses(Output output, List<String> names, List<Double> accuracies) {
    final int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (int c = 0; c < names.size(); c++) {
      final Double accuracy = accuracies.get(c);
      output.line(
          ("%-" + width + "s  %s")
              .formatted(
                  names.get(c),
                  accuracy == null
                      ? "no images"
                      : String.format(Locale.ROOT, "%6.2f%%", 100 * accuracy)));
    }
  }
}
