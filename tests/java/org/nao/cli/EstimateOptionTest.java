package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.run.Json;
import org.nao.search.algorithm.NoiseImages;

class EstimateOptionTest {
  @TempDir private Path folder;

  private String data() throws IOException {
    final Path data = Files.createDirectory(folder.resolve("data"));
    NoiseImages.write(data);
    return data.toString();
  }

  @Test
  void aTrainingIsEstimatedAndNotBegun() throws IOException {
    final Path out = folder.resolve("out");
    final String options =
        "train --nodes 2 --layers 1 --channels 2 --batch 16 --epochs 3 --validation 32 --threads 1"
            + " --data %s --out %s --estimate".formatted(data(), out);
    final String[] words = (options + " --arch").split(" ");
    final String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = "0 0 1 1 0 2 2 3 0 1 1 0 1 4 2 1";
    final Invocation estimate = Invocation.of(all);
    assertThat(estimate.exitCode()).as(estimate.err()).isZero();
    assertThat(estimate.out())
        .containsPattern("device +\\S+, 1 thread")
        .containsPattern("training +[0-9.]+ s +12 steps of [0-9.]+ ms")
        .containsPattern("validation +[0-9.]+ s +96 images of")
        .containsPattern("time +[0-9.]+ (s|min)")
        .containsPattern("memory +[0-9.,]+ MiB")
        .containsPattern("disk +[0-9.]+ MiB");
    assertThat(out).doesNotExist();
  }

  /** Two supernets of one and of two epochs; three architectures alone. */
  @Test
  void aStudyIsEstimatedFromItsJobs() throws IOException {
    final Path out = folder.resolve("out");
    final Path cache = folder.resolve("cache");
    final Path config = folder.resolve("tiny.json");
    Files.writeString(
        config,
        "{\"validation\": 64, \"architectures\": 3, \"candidates\": 9, \"resamples\": 20,"
            + " \"standalone\": {\"channels\": 2, \"batch\": 16, \"epochs\": 1},"
            + " \"oneShot\": {\"channels\": 2, \"batch\": 16}, \"grid\": {\"factors\":"
            + " [\"epochs\"], \"seeds\": 1, \"epochs\": [1, 2], \"images\": [32],"
            + " \"evaluationBatch\": 32}}");
    final Invocation estimate =
        Invocation.of(
            ("study ranking --config %s --data %s --nodes 2 --repeats 1 --threads 1 --cache %s"
                    + " --out %s --estimate --json")
                .formatted(config, data(), cache, out)
                .split(" "));
    assertThat(estimate.exitCode()).as(estimate.err()).isZero();
    final JsonNode cost = Json.parseObject(estimate.out());
    assertThat(cost.path("work").findValuesAsText("phase"))
        .containsExactly("start", "stand-alone", "one-shot");
    assertThat(cost.path("work").findValuesAsText("count")).containsExactly("1", "3", "2");
    assertThat(cost.path("seconds").asDouble()).isPositive();
    assertThat(out).doesNotExist();
    assertThat(cache).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"search", "train", "study ranking", "study stability"})
  void aRunThatHasBegunIsNot(String command) {
    final Invocation refused =
        Invocation.of((command + " --resume anywhere --estimate").split(" "));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("--estimate is about a run from its beginning");
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.50 s",
    "9.994, 9.99 s",
    "10, 10 s",
    "59.4, 59 s",
    "59.6, 1 min 00 s",
    "3599, 59 min 59 s",
    "3600, 1 h 00 min",
    "4500000, '1,250 h 00 min'"
  })
  void timesAreSaidAsPeopleSayThem(double seconds, String words) {
    assertThat(EstimateOption.duration(seconds)).isEqualTo(words);
  }

  @Test
  void piecesOfSecondsAreSaidInSeconds() {
    assertThat(EstimateOption.piece(0.0123456)).isEqualTo("12.346 ms");
    assertThat(EstimateOption.piece(1.5)).isEqualTo("1.50 s");
    assertThat(EstimateOption.piece(4448.1)).isEqualTo("1 h 14 min");
  }
}
