package org.nao.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.model.Evaluation;
import org.nao.model.ModelFile;
import org.nao.model.ModelImages;
import org.nao.model.OpenModel;
import org.nao.network.Stem;
import org.nao.run.ConfigFiles;
import org.nao.run.Interrupted;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.NoiseImages;

/** Trainings on 96 images of noise, 8 x 8. */
class TrainRunTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private TrainConfig config(Object... keysAndValues) {
    return TinyTraining.config(folder, keysAndValues);
  }

  private TrainSummary train(String name, TrainConfig config) {
    try (RunFolder run = RunFolder.create(folder.resolve(name), config);
        TrainRun training = new TrainRun(run, config, new StopRequest(), sentence -> {})) {
      return training.run().orElseThrow();
    }
  }

  private Optional<TrainSummary> goOn(String name, TrainConfig config, StopRequest stop) {
    try (RunFolder run = RunFolder.resume(folder.resolve(name), config);
        TrainRun training = new TrainRun(run, config, stop, sentence -> {})) {
      return training.run();
    }
  }

  private List<ObjectNode> events(String name) throws IOException {
    final List<ObjectNode> events = new ArrayList<>();
    for (final String line : Files.readAllLines(folder.resolve(name).resolve("events.jsonl"))) {
      final ObjectNode event = Json.parseObject(line);
      event.remove(List.of("time", "seconds", "crc32c"));
      events.add(event);
    }
    return events;
  }

  private ObjectNode summary(String name) {
    final ObjectNode summary = SealedJson.read(folder.resolve(name).resolve("summary.json"));
    summary.remove(List.of("seconds", "imagesPerSecond"));
    return summary;
  }

  private byte[] model(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve(ModelFile.OF_TRAINING));
  }

  @Test
  void aTrainingThatIsStoppedAnywhereEndsTheSame() throws IOException {
    endsTheSame(config());
  }

  @Test
  void anAverageThatIsStoppedAnywhereEndsTheSame() throws IOException {
    endsTheSame(config("ema", 0.9, "validation", 0));
  }

  @Test
  void mixturesThatAreStoppedAnywhereEndTheSame() throws IOException {
    endsTheSame(config("augmentation.mixup", 0.2, "recipe.cutout", 2));
    train("plain", config("recipe.cutout", 2));
    assertThat(model("whole")).isNotEqualTo(model("plain"));
  }

  @Test
  void imagesThatTheHostChangesEndTheSame() throws IOException {
    endsTheSame(
        config(
            "augmentation.autoAugment",
            "cifar10",
            "augmentation.brightness",
            0.4,
            "augmentation.hue",
            0.2,
            "accumulate",
            2));
  }

  @Test
  void batchesOfAStepAreOfOneOrderAndTheLastOneIsWhatIsLeft() throws IOException {
    // 64 training images: 4 steps of 16, 2 of 32 = 2 x 16, and 2 of 48 and 16.
    for (final int accumulate : new int[] {1, 2, 3}) {
      final String name = "run" + accumulate;
      train(name, config("accumulate", accumulate, "auxiliaryHead", "none"));
      assertThat(events(name).get(0).get("step").asInt()).isEqualTo(accumulate == 1 ? 4 : 2);
    }
    assertThat(model("run1")).isNotEqualTo(model("run2"));
  }

  @Test
  void aStepIsNotLargerThanTheTrainingSet() {
    assertThatThrownBy(() -> train("run", config("accumulate", 5)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a step would take 5 x 16 images, more than the 64 training images");
  }

  @Test
  void theNetworkTakesRandomCropsAndTheMiddle() throws IOException {
    final TrainConfig config =
        config(
            "stem", "imagenet",
            "augmentation.randomResizedCrop", 224,
            "epochs", 1,
            "warmupEpochs", 0,
            "schedule", "exponential");
    final TrainSummary summary = train("run", config);
    final ModelFile file = ModelFile.open(folder.resolve("run").resolve(ModelFile.OF_TRAINING));
    assertThat(file.info().height()).isEqualTo(224);
    assertThat(file.info().stem()).isEqualTo(Stem.IMAGENET);
    assertThat(file.weights().tensors()).containsKeys("stem0.3.weight", "stem1.1.weight");
    assertThat(evaluate("run", ModelImages.Part.TEST).top1()).isEqualTo(summary.testAccuracy());
    assertThat(evaluate("run", ModelImages.Part.VALIDATION).top1())
        .isEqualTo(summary.validationAccuracy());
  }

  @Test
  void exponentialRatesFallByAFactor() throws IOException {
    train(
        "run",
        config(
            "epochs",
            3,
            "warmupEpochs",
            1,
            "recipe.learningRate",
            0.1,
            "schedule",
            "exponential",
            "learningRateDecay",
            0.5));
    assertThat(events("run").stream().map(event -> event.get("learningRate").asDouble()))
        .containsExactly(0.1, 0.1, 0.05);
  }

  @Test
  void thePresetForImageNetIsThePapers() {
    final ObjectNode preset = TrainConfig.preset("imagenet", "");
    preset.put(
        "architecture",
        "1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1");
    final TrainConfig config = ConfigFiles.of(preset, TrainConfig.class);
    assertThat(config.rates().rate(2)).isEqualTo(0.1 * 0.97 * 0.97);
    assertThat(config.epochs()).isEqualTo(250);
    assertThat(config.batch()).isEqualTo(128);
    assertThat(config.recipe().weightDecay()).isEqualTo(3e-5);
    assertThat(config.recipe().dropPathKeep()).isEqualTo(1);
    assertThat(config.labelSmoothing()).isEqualTo(0.1);
    assertThat(config.augmentation().randomResizedCrop()).isEqualTo(224);
    assertThatThrownBy(() -> TrainConfig.preset("paper", ""))
        .hasMessageContaining("expected quick, cifar10 or imagenet");
  }

  private void endsTheSame(TrainConfig config) throws IOException {
    train("whole", config);
    RunFolder.create(folder.resolve("run"), config).close();
    Interrupted.run(stop -> goOn("run", config, stop), () -> {});
    assertThat(model("run")).isEqualTo(model("whole"));
    assertThat(events("run")).isEqualTo(events("whole"));
    assertThat(summary("run")).isEqualTo(summary("whole"));
    assertThat(Files.readString(folder.resolve("run").resolve(TrainRun.CONFUSION)))
        .isEqualTo(Files.readString(folder.resolve("whole").resolve(TrainRun.CONFUSION)));
  }

  @Test
  void aNetworkWithoutCellsIsTrainedAndGoesOn() throws IOException {
    final TrainConfig config =
        config("architecture", "", "network", "resnet20", "auxiliaryHead", "none", "epochs", 2);
    final TrainSummary summary = train("whole", config);
    assertThat(summary.network()).isEqualTo("resnet20");
    RunFolder.create(folder.resolve("run"), config).close();
    Interrupted.run(stop -> goOn("run", config, stop), () -> {});
    assertThat(model("run")).isEqualTo(model("whole"));
    assertThat(evaluate("run", ModelImages.Part.TEST).top1()).isEqualTo(summary.testAccuracy());
    assertThatThrownBy(() -> config("network", "resnet20", "auxiliaryHead", "none"))
        .hasMessageContaining("architecture");
    assertThatThrownBy(() -> config("architecture", "", "network", "resnet20"))
        .hasMessageContaining("auxiliaryHead");
  }

  @Test
  void theBestEpochOnTheValidationImagesCounts() throws IOException {
    final TrainConfig config = config("epochs", 5, "recipe.learningRate", 0.3);
    final TrainSummary summary = train("run", config);
    final List<Double> accuracies =
        events("run").stream().map(event -> event.get("validationAccuracy").asDouble()).toList();
    final double best = accuracies.stream().mapToDouble(each -> each).max().orElseThrow();
    assertThat(summary.validationAccuracy()).isEqualTo(best);
    assertThat(summary.bestEpoch()).isEqualTo(accuracies.indexOf(best) + 1);
    assertThat(evaluate("run", ModelImages.Part.VALIDATION).top1()).isEqualTo(best);
    assertThat(evaluate("run", ModelImages.Part.TEST).top1()).isEqualTo(summary.testAccuracy());
  }

  @Test
  void theAverageIsWhatIsValidatedTestedAndWritten() throws IOException {
    train("plain", config());
    final TrainSummary summary = train("run", config("ema", 0.999));
    assertThat(events("run").stream().map(event -> event.get("loss")).toList())
        .as("the average does not change what is trained")
        .isEqualTo(events("plain").stream().map(event -> event.get("loss")).toList());
    assertThat(model("run")).isNotEqualTo(model("plain"));
    assertThat(evaluate("run", ModelImages.Part.VALIDATION).top1())
        .isEqualTo(summary.validationAccuracy());
    assertThat(evaluate("run", ModelImages.Part.TEST).top1()).isEqualTo(summary.testAccuracy());
  }

  private Evaluation evaluate(String name, ModelImages.Part part) {
    final ModelFile file = ModelFile.open(ModelFile.locate(folder.resolve(name)));
    final ModelImages images = ModelImages.load(file, Optional.empty(), part, false);
    try (Device device = Device.open("cpu", 1);
        OpenModel open = new OpenModel(device, file)) {
      return Evaluation.of(
          open, file.info(), images.set(), images.indices(), 10, "images", new StopRequest());
    }
  }

  @Test
  void withoutValidationImagesTheLastEpochCounts() throws IOException {
    final TrainSummary summary = train("run", config("validation", 0));
    assertThat(summary.validationAccuracy()).isNull();
    assertThat(summary.bestEpoch()).isEqualTo(3);
    assertThat(summary.perClass()).hasSize(4);
    assertThat(events("run")).noneMatch(event -> event.has("validationAccuracy"));
  }

  @Test
  void warmUpRaisesTheLearningRate() throws IOException {
    train("run", config("epochs", 4, "warmupEpochs", 2, "recipe.learningRate", 0.1));
    assertThat(events("run").stream().map(event -> event.get("learningRate").asDouble()))
        .containsExactly(0.05, 0.1, 0.1, 0.05);
  }

  @Test
  void weightsOfAFileAreWhereItBegins() throws IOException {
    train("first", config());
    final String weights = folder.resolve("first").resolve(ModelFile.OF_TRAINING).toString();
    final TrainConfig config =
        config(
            "weights",
            weights,
            "epochs",
            1,
            "warmupEpochs",
            0,
            "recipe.learningRate",
            1e-12,
            "recipe.finalLearningRate",
            0,
            "recipe.weightDecay",
            0);
    train("second", config);
    final ModelFile before = ModelFile.open(folder.resolve("first/model.safetensors"));
    final ModelFile after = ModelFile.open(folder.resolve("second/model.safetensors"));
    assertThat(after.weights().tensors().get("classifier.weight").floats())
        .isEqualTo(before.weights().tensors().get("classifier.weight").floats());
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    train("first", config());
    final String weights = folder.resolve("first").resolve(ModelFile.OF_TRAINING).toString();
    assertThatThrownBy(() -> train("second", config("weights", weights, "channels", 4)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("stem.0.weight");
  }

  @Test
  void anotherConfigurationIsNotResumed() throws IOException {
    final TrainConfig config = config();
    RunFolder.create(folder.resolve("run"), config).close();
    final StopRequest stop = new org.nao.run.StopAtCheck(3);
    assertThat(goOn("run", config, stop)).isEmpty();
    assertThatThrownBy(() -> goOn("run", config("epochs", 4), new StopRequest()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("epochs = 3, config.json has 4");
  }
}
