package org.nao.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nao.data.DataException;
import org.nao.data.PictureReader;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.model.OpenModel;
import org.nao.model.Prediction;
import org.nao.run.Signals;
import org.nao.text.Counted;
import org.nao.text.Csv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao predict}: classes of pictures. */
@Command(
    name = "predict",
    description = {
      "Classifies pictures with a model file: a line of CSV for each, or of JSON with --json.",
      "Pictures are resized and cropped to the model's images, and made grey or coloured as these"
          + " are."
    },
    footer = {
      "",
      "Examples:",
      "  nao predict runs/b cat.jpg dog.png          class and probability",
      "  nao predict runs/b photos --top 3 --json    all pictures in a folder"
    })
final class PredictCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file, or the folder of a training or a search: its best model.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Pictures (PNG, JPEG, BMP or WebP), or folders of them.")
  private List<Path> places;

  @Mixin private SkipBadOption skipBad;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "The K most probable classes (default 1).")
  private int top = 1;

  @Option(names = "--batch", paramLabel = "B", description = "Pictures at a time (default 100).")
  private int batch = 100;

  @Spec private CommandSpec spec;

  private int skipped;
  private String firstSkipped = "";

  @Override
  public Integer call() {
    atLeastOne("--top", top);
    atLeastOne("--batch", batch);
    final ModelFile file = ModelFile.open(ModelFile.locate(model));
    final List<Path> pictures = new ArrayList<>();
    places.forEach(place -> pictures.addAll(PictureReader.files(place)));
    try (Signals signals = Signals.listen();
        Device device = deviceOptions.open();
        OpenModel open = new OpenModel(device, file)) {
      final int columns = Math.min(top, file.info().classNames().size());
      if (!output.json()) {
        output.line(header(columns));
      }
      for (int start = 0; start < pictures.size(); start += batch) {
        if (signals.stop().isRequested()) {
          return ExitCode.of(signals.stop());
        }
        classify(
            open,
            file.info(),
            pictures.subList(start, Math.min(start + batch, pictures.size())),
            columns);
      }
    }
    if (skipped > 0) {
      spec.commandLine()
          .getErr()
          .println("%s left out; %s".formatted(Counted.of(skipped, "bad file"), firstSkipped));
    }
    return skipped < pictures.size() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UserException("%s is %d, must be at least 1.".formatted(option, value));
    }
  }

  private static String header(int columns) {
    final StringBuilder line = new StringBuilder("file,class,probability");
    for (int k = 2; k <= columns; k++) {
      line.append(",class %d,probability %d".formatted(k, k));
    }
    return line.toString();
  }

  private void classify(OpenModel open, ModelInfo info, List<Path> files, int columns) {
    final PictureReader reader = Prediction.reader(info);
    final List<Optional<byte[]>> images =
        files.parallelStream().map(each -> read(reader, each, info.imageChannels())).toList();
    final List<Path> read = new ArrayList<>();
    final List<byte[]> whole = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (images.get(i).isPresent()) {
        read.add(files.get(i));
        whole.add(images.get(i).get());
      }
    }
    if (whole.isEmpty()) {
      return;
    }
    final List<Prediction> predictions = Prediction.of(open, info, whole, columns);
    for (int i = 0; i < read.size(); i++) {
      print(read.get(i), predictions.get(i));
    }
  }

  private Optional<byte[]> read(PictureReader reader, Path file, int channels) {
    try {
      return Optional.of(reader.read(file, channels));
    } catch (DataException e) {
      if (!skipBad.given()) {
        throw new DataException(
            e.getMessage().replaceFirst("\\.$", "; --skip-bad leaves such files out."), e);
      }
      synchronized (this) {
        skipped++;
        firstSkipped = firstSkipped.isEmpty() ? e.getMessage() : firstSkipped;
      }
      return Optional.empty();
    }
  }

  private void print(Path file, Prediction prediction) {
    if (output.json()) {
      final Map<String, Object> values = new LinkedHashMap<>();
      values.put("file", file.toString());
      values.put("classes", prediction.classes());
      output.object(values);
      return;
    }
    final StringBuilder line = new StringBuilder(Csv.field(file.toString()));
    for (final Prediction.Candidate each : prediction.classes()) {
      line.append(',').append(Csv.field(each.name()));
      line.append(String.format(Locale.ROOT, ",%.6f", each.probability()));
    }
    output.line(line.toString());
  }
}
