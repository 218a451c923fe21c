package org.nao.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.data.DataSource;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.estimate.Work;
import org.nao.model.ModelFile;
import org.nao.run.Folders;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.NoiseImages;

/** Trainings on 96 images of noise, 32 of which validate. */
class TrainEstimateTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private TrainConfig config(Object... keysAndValues) {
    return TinyTraining.config(folder, keysAndValues);
  }

  private static Cost estimate(TrainConfig config) {
    return TrainEstimate.of(
        new Estimation(Instant.now(), 0.01),
        config,
        DataSource.resolve(config.data()).load(config.form()),
        sentence -> {});
  }

  @Test
  void countsWhatATrainingDoes() {
    final Cost cost = estimate(config());
    assertThat(cost.work())
        .extracting(Work::phase, Work::count)
        .containsExactly(
            tuple("start", 1L),
            tuple("training", 3 * 4L),
            tuple("validation", 3 * 32L),
            tuple("checkpoints", 3L),
            tuple("test", 96L));
    assertThat(cost.work()).allMatch(each -> each.secondsEach() > 0);
  }

  /** Lines about the pieces that are measured would look like those of the run itself. */
  @Test
  void showsNoProgressOfWhatItMeasures() {
    final PrintStream standard = System.err;
    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      estimate(config());
    } finally {
      System.setErr(standard);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("images");
  }

  @Test
  void countsStepsOfSeveralBatchesAndLeavesOutWhatIsNotDone() {
    assertThat(estimate(config("accumulate", 2, "validation", 0, "ema", 0.9)).work())
        .extracting(Work::phase, Work::count)
        .containsExactly(
            tuple("start", 1L),
            tuple("training", 3 * 3L),
            tuple("checkpoints", 3L),
            tuple("test", 96L));
  }

  /** The checkpoint of a training with an average and best weights has four arrays. */
  @Test
  void saysTheBytesOnDiskAndLeavesNothing() throws IOException {
    final TrainConfig config = config("ema", 0.9);
    final Cost cost = estimate(config);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
    final Path run = folder.resolve("run");
    try (RunFolder made = RunFolder.create(run, config);
        TrainRun training = new TrainRun(made, config, new StopRequest(), sentence -> {})) {
      training.run().orElseThrow();
      final long expected =
          3 * made.checkpoint().bytes() + Folders.bytes(run.resolve(ModelFile.OF_TRAINING));
      assertThat((double) cost.diskBytes() / expected).isEqualTo(1, within(0.01));
    }
  }
}
