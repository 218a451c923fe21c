package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.nao.data.Pictures;
import org.nao.run.Json;

/** From a folder of pictures to classes of pictures, with one training for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictCommandTest {
  @TempDir private static Path folder;
  private String run;
  private Invocation training;

  @BeforeAll
  void train() throws IOException {
    Pictures.folder(folder.resolve("pictures"), 20, true);
    run = folder.resolve("run").toString();
    training =
        Invocation.of(
            "train",
            "--data",
            folder.resolve("pictures").toString(),
            "--arch",
            "0 0 1 1 0 2 2 3 0 1 1 0 1 4 2 1",
            "--nodes",
            "2",
            "--layers",
            "1",
            "--channels",
            "4",
            "--epochs",
            "6",
            "--warmup",
            "0",
            "--threads",
            "1",
            "--out",
            run);
    assertThat(training.exitCode()).as(training.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void theDefaultsFitTheData() {
    assertThat(training.err())
        .contains(
            "40 training images: lowered --validation to 8 (from 500), --batch to 32 (from 64).");
    final Invocation refused =
        Invocation.of("train", "--resume", run, "--validation", "9", "--data", "x");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    final Invocation tooMany =
        Invocation.of(
            "search",
            "--data",
            folder.resolve("pictures").toString(),
            "--validation",
            "40",
            "--out",
            folder.resolve("none").toString());
    assertThat(tooMany.err())
        .contains("--validation is 40, must be 0 to 39 of the 40 training images");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  /** Each picture's class is the one that the evaluation of the same pictures counts. */
  @Test
  void predictsWhatTheEvaluationFinds() {
    final Path test = folder.resolve("pictures/test");
    final List<String> lines = Invocation.of("predict", run, test.toString()).lines();
    assertThat(lines.get(0)).isEqualTo("file,class,probability");
    assertThat(lines).hasSize(21);
    final long right =
        lines.stream()
            .skip(1)
            .filter(line -> Path.of(line.split(",")[0]).getParent().endsWith(line.split(",")[1]))
            .count();
    final JsonNode evaluated =
        Json.parseObject(Invocation.of("evaluate", run, "--json", "--threads", "1").out());
    assertThat(right).isEqualTo(Math.round(20 * evaluated.get("top1").asDouble()));
  }

  @Test
  void probabilitiesOfAllClassesAddUpToOne() {
    final Path picture = folder.resolve("pictures/test/dark/20.png");
    final JsonNode object =
        Json.parseObject(
            Invocation.of("predict", run, picture.toString(), "--top", "9", "--json").out());
    assertThat(object.get("file").asText()).isEqualTo(picture.toString());
    assertThat(object.get("classes")).hasSize(2);
    final double first = object.at("/classes/0/probability").asDouble();
    final double second = object.at("/classes/1/probability").asDouble();
    assertThat(first).isGreaterThanOrEqualTo(second);
    assertThat(first + second).isBetween(1 - 1e-9, 1 + 1e-9);
  }

  @Test
  void takesPicturesOfAnySizeAndKind() throws IOException {
    final Path others = folder.resolve("others");
    Pictures.golden(others);
    Pictures.write(others.resolve("one.png"), 1, 1, 0xffffff);
    final Invocation found = Invocation.of("predict", run, others.toString(), "--batch", "5");
    assertThat(found.exitCode()).as(found.err()).isEqualTo(ExitCode.DONE);
    assertThat(found.lines()).hasSize(1 + 12);
  }

  @Test
  void badFilesAreOneSentenceOrLeftOut() throws IOException {
    final Path good = folder.resolve("pictures/test/light/20.png");
    final byte[] whole = Files.readAllBytes(good);
    final String bad = Files.write(folder.resolve("half.png"), Arrays.copyOf(whole, 40)).toString();
    final Invocation refused = Invocation.of("predict", run, bad, good.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains(bad + " is cut short; --skip-bad leaves").hasLineCount(1);
    final Invocation skipped = Invocation.of("predict", run, bad, good.toString(), "--skip-bad");
    assertThat(skipped.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(skipped.lines()).hasSize(2);
    assertThat(skipped.err()).contains("1 bad file left out; " + bad);
    assertThat(Invocation.of("predict", run, folder.resolve("none").toString()).err())
        .contains("no such file or folder");
    final Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(Invocation.of("predict", run, empty.toString()).err()).contains("holds no picture");
  }
}
