package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.model.ModelFile;
import org.nao.model.SupernetFile;
import org.nao.model.SupernetInfo;
import org.nao.network.AuxiliaryHead;
import org.nao.network.Stem;
import org.nao.run.ConfigFiles;
import org.nao.run.FittingValues;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.Signals;
import org.nao.run.StopRequest;
import org.nao.text.Counted;
import org.nao.train.Augmentation;
import org.nao.train.TrainConfig;
import org.nao.train.TrainEstimate;
import org.nao.train.TrainRun;
import org.nao.train.TrainSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nao train}: one architecture, trained alone. */
@Command(
    name = "train",
    description = {
      "Trains one architecture alone, from random weights or those of a file, and tests it.",
      "The result is a model file, which nao evaluate and nao export read."
    },
    footer = {
      "",
      "What no option gives comes from --run, then --config, then the preset; --show-config shows"
          + " it.",
      "",
      "Examples:",
      "  nao train --run runs/a                    the winner of a search",
      "  nao train --run runs/a --preset cifar10   as in the paper, 600 epochs",
      "  nao train --genotype DARTS_V2 --space darts --layers 8",
      "  nao train --network mobilenet_v2          a baseline",
      "  nao train --run runs/a --estimate         what that would take",
      "  nao train --resume runs/b                 go on"
    },
    abbreviateSynopsis = true)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private TrainedArchitecture trained;
  @Mixin private DataOptions data;
  @Mixin private SkipBadOption skipBad;
  @Mixin private TensorBoardOption tensorBoard;
  @Mixin private DeviceOptions device;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions size;
  @Mixin private EstimateOption estimate;
  @Mixin private Output output;

  @Option(
      names = "--stem",
      paramLabel = "STEM",
      description =
          "What comes before the first cell: cifar, or imagenet, which makes images an eighth.")
  private Stem stem;

  @Option(names = "--batch", paramLabel = "B", description = "Images per training step.")
  private Integer batch;

  @Option(
      names = "--accumulate",
      paramLabel = "K",
      description = "Batches per training step, whose gradients are added up.")
  private Integer accumulate;

  @Option(names = "--epochs", paramLabel = "E", description = "Epochs of the whole training.")
  private Integer epochs;

  @Option(
      names = "--warmup",
      paramLabel = "E",
      description = "Of these, epochs in which the learning rate rises from near 0.")
  private Integer warmup;

  @Option(
      names = "--validation",
      paramLabel = "V",
      description =
          "Training images that are kept to choose the best epoch; 0: the last epoch counts.")
  private Integer validation;

  @Option(
      names = {"--lr", "--learning-rate"},
      paramLabel = "R",
      description = "Learning rate of the first epoch.")
  private Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "HOW",
      description = "How the learning rate falls: cosine or exponential.")
  private TrainConfig.Schedule schedule;

  @Option(
      names = "--lr-decay",
      paramLabel = "F",
      description = "Factor from epoch to epoch of the exponential schedule.")
  private Double learningRateDecay;

  @Option(names = "--weight-decay", paramLabel = "W", description = "Weight decay of SGD.")
  private Double weightDecay;

  @Option(
      names = "--label-smoothing",
      paramLabel = "S",
      description = "Fraction of a label that all classes share.")
  private Double labelSmoothing;

  @Option(
      names = "--random-resized-crop",
      paramLabel = "PIXELS",
      description =
          "Train on random parts of images, resized to so many pixels; evaluations take the"
              + " middle.")
  private Integer randomResizedCrop;

  @Option(
      names = "--color-jitter",
      paramLabel = "B,C,S,H",
      split = ",",
      description =
          "Change brightness, contrast, saturation and hue at random, each by up to such a"
              + " fraction.")
  private List<Double> colorJitter;

  @Option(
      names = "--auto-augment",
      paramLabel = "POLICY",
      description = "AutoAugment's policy: none or cifar10.")
  private Augmentation.Policy autoAugment;

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description =
          "Train on mixtures of pairs of images, their shares drawn from Beta(ALPHA, ALPHA); 0:"
              + " none.")
  private Double mixup;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description =
          "Keep a moving average of the weights, such as 0.9999: it is validated, tested and"
              + " written; 0: none.")
  private Double ema;

  @Option(
      names = "--drop-path-keep",
      paramLabel = "P",
      description = "Probability that a path survives at the end of the training; 1: all do.")
  private Double dropPathKeep;

  @Option(
      names = "--cutout",
      paramLabel = "PIXELS",
      description = "Side of the square that is erased from each image; 0: none.")
  private Integer cutout;

  @Option(
      names = "--auxiliary-head",
      paramLabel = "HOW",
      description =
          "A second classifier in training: copy (default), none, or authors, whose first ReLU is"
              + " in place.")
  private AuxiliaryHead auxiliaryHead;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Begin with the weights of a model file or another safetensors file.")
  private Path weights;

  @Option(
      names = "--weights-of-supernet",
      paramLabel = "DIR",
      description =
          "Begin with what the architecture has of a search's shared weights, with its N and C.")
  private Path supernet;

  @Option(
      names = "--show-config",
      description = "Only print the configuration that all options make, as --config takes it.")
  private boolean showConfig;

  @Override
  public Integer call() {
    final Optional<Path> resumed = run.resume();
    final boolean onlyEstimate = estimate.isGiven(resumed.isPresent());
    final TrainConfig whole =
        resumed.isPresent() ? resumed(resumed.get()) : resolved(Integer.MAX_VALUE);
    if (showConfig) {
      output.text(Json.pretty(whole));
      return ExitCode.DONE;
    }
    if (run.isFinished()) {
      return ExitCode.DONE;
    }
    final ImageData images = skipBad.load(whole.data(), whole.form(), this::notice);
    final TrainConfig config = resumed.isPresent() ? whole : resolved(images.training().count());
    if (onlyEstimate) {
      estimate.print(TrainEstimate.of(config, images, this::notice), output);
      return ExitCode.DONE;
    }
    try (Signals signals = Signals.listen();
        RunFolder folder =
            resumed.isPresent()
                ? RunFolder.resume(resumed.get(), config)
                : run.create("train", config);
        TrainRun training = open(folder, config, images, signals.stop())) {
      signals.resumeWith("nao train --resume " + folder.path() + skipBad.again());
      final Optional<TrainSummary> summary = training.run();
      if (summary.isPresent()) {
        print(summary.get(), folder.path());
        return ExitCode.DONE;
      }
      notice(
          "stopped; go on with "
              + Launcher.line("train", "--resume", folder.path().toString())
              + skipBad.again());
      return ExitCode.of(signals.stop());
    }
  }

  /** A new run that cannot begin, for example for lack of its data, leaves no folder in the way. */
  private TrainRun open(RunFolder folder, TrainConfig config, ImageData images, StopRequest stop) {
    final Supplier<TrainRun> begin =
        () -> {
          tensorBoard.mirror(folder);
          return new TrainRun(folder, config, images, stop, this::notice);
        };
    return run.resume().isEmpty() ? folder.orDiscard(begin) : begin.get();
  }

  /**
   * What all options make.
   *
   * @param images of the training set, to which what no option gives is fitted
   */
  private TrainConfig resolved(int images) {
    final Map<String, Object> values = values();
    final FittingValues fitting = fitting(images, values);
    if (!fitting.lowered().isEmpty()) {
      notice(data.fitted(images, fitting, given().options()));
    }
    values.putAll(fitting.lowered());
    final TrainConfig config =
        ConfigFiles.resolve(
            preset(values), TrainConfig.class, run.config(), values, given().options());
    return ConfigFiles.resolve(
        config, Optional.empty(), Map.of("data", DataSource.place(config.data())));
  }

  private FittingValues fitting(int images, Map<String, Object> values) {
    final FittingValues fitting = new FittingValues(preset(values), run.config(), values);
    TrainConfig.fit(fitting, images);
    return fitting;
  }

  private ObjectNode preset(Map<String, Object> values) {
    return TrainConfig.preset(run.preset(), values.getOrDefault("space", "").toString());
  }

  /** What the user gave, and what follows from it, by configuration key. */
  private Map<String, Object> values() {
    final Map<String, Object> values = new LinkedHashMap<>(trained.ofRun());
    trained.text().ifPresent(text -> values.put("architecture", text));
    values.putAll(given().values());
    if (trained.network().isPresent()) {
      if (stem != null
          || !spaceOptions.given().values().isEmpty()
          || !size.given().values().isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "--network has its own layers; leave out --space, --nodes, --operations, --layers,"
                + " --channels and --stem.");
      }
      values.put("network", trained.network().get());
      values.putIfAbsent("auxiliaryHead", AuxiliaryHead.NONE);
    }
    if (supernet != null) {
      final SupernetInfo size = SupernetFile.open(SupernetFile.of(supernet)).info();
      values.putIfAbsent("layers", size.layers());
      values.putIfAbsent("channels", size.channels());
    }
    if (values.containsKey("space")) {
      values.putIfAbsent("nodes", spaceOptions.space().nodes());
    }
    return values;
  }

  private TrainConfig resumed(Path folder) {
    return run.resumed(
        folder,
        TrainConfig.class,
        given(),
        new Given().putAll(data.where()).putAll(device.where()),
        trained.isGiven(),
        () -> fitting(RunOptions.FEW_IMAGES, values()).lowered().keySet(),
        RunOptions.BESIDE_RESUME,
        () -> resolved(Integer.MAX_VALUE));
  }

  private Given given() {
    return new Given()
        .putAll(run.given())
        .putAll(data.given())
        .putAll(device.given())
        .putAll(spaceOptions.given())
        .putAll(size.given())
        .put("--stem", "stem", stem)
        .put("--batch", "batch", batch)
        .put("--accumulate", "accumulate", accumulate)
        .put("--epochs", "epochs", epochs)
        .put("--warmup", "warmupEpochs", warmup)
        .put("--validation", "validation", validation)
        .put("--lr", "recipe.learningRate", learningRate)
        .put("--weight-decay", "recipe.weightDecay", weightDecay)
        .put("--label-smoothing", "labelSmoothing", labelSmoothing)
        .put("--schedule", "schedule", schedule)
        .put("--lr-decay", "learningRateDecay", learningRateDecay)
        .put("--mixup", "augmentation.mixup", mixup)
        .put("--auto-augment", "augmentation.autoAugment", autoAugment)
        .put("--random-resized-crop", "augmentation.randomResizedCrop", randomResizedCrop)
        .putAll(colors())
        .put("--ema", "ema", ema)
        .put("--drop-path-keep", "recipe.dropPathKeep", dropPathKeep)
        .put("--cutout", "recipe.cutout", cutout)
        .put("--auxiliary-head", "auxiliaryHead", auxiliaryHead)
        .put(
            "--weights",
            "weights",
            weights == null ? null : weights.toAbsolutePath().normalize().toString())
        .put("--weights-of-supernet", "supernet", supernetFile());
  }

  private String supernetFile() {
    return supernet == null
        ? null
        : SupernetFile.of(supernet).toAbsolutePath().normalize().toString();
  }

  private Given colors() {
    final List<String> keys = List.of("brightness", "contrast", "saturation", "hue");
    if (colorJitter != null && colorJitter.size() != keys.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "--color-jitter has %d numbers, expected 4: brightness, contrast, saturation, hue."
              .formatted(colorJitter.size()));
    }
    final Given colors = new Given();
    for (int i = 0; i < keys.size(); i++) {
      colors.put(
          "--color-jitter " + keys.get(i),
          "augmentation." + keys.get(i),
          colorJitter == null ? null : colorJitter.get(i));
    }
    return colors;
  }

  private void notice(String sentence) {
    spec.commandLine().getErr().println(sentence);
    spec.commandLine().getErr().flush();
  }

  private void print(TrainSummary summary, Path folder) {
    if (output.json()) {
      output.object(summary);
      return;
    }
    EvaluateCommand.printClasses(output, summary.classNames(), summary.perClass());
    output.line("");
    output.line(
        String.format(
            Locale.ROOT,
            "test accuracy %.2f%% (top 5: %.2f%%), loss %.4f",
            100 * summary.testAccuracy(),
            100 * summary.testTop5(),
            summary.testLoss()));
    output.line(
        summary.validationAccuracy() == null
            ? "weights of the last epoch, %d".formatted(summary.bestEpoch())
            : String.format(
                Locale.ROOT,
                "weights of epoch %d of %d, the best on the validation images: %.2f%%",
                summary.bestEpoch(),
                summary.epochs(),
                100 * summary.validationAccuracy()));
    output.line(
        String.format(
            Locale.ROOT,
            "%s, %s; %.0f s, %.0f images a second",
            Counted.of(summary.parameters(), "parameter"),
            Counted.of(summary.macs(), "multiply-add"),
            summary.seconds(),
            summary.imagesPerSecond()));
    output.line("");
    output.line("The model is " + folder.resolve(ModelFile.OF_TRAINING) + "; to use it elsewhere:");
    output.line(
        Launcher.line("export", folder.resolve(ModelFile.OF_TRAINING).toString(), "--to", "onnx"));
  }
}
