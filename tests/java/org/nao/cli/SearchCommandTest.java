package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private static JsonNode config(String... options) throws IOException {
    final List<String> arguments = new ArrayList<>(List.of("search", "--show-config"));
    arguments.addAll(Arrays.asList(options));
    final Invocation shown = Invocation.of(arguments.toArray(String[]::new));
    assertThat(shown.err()).isEmpty();
    assertThat(shown.exitCode()).isZero();
    return MAPPER.readTree(shown.out());
  }

  @ParameterizedTest
  @CsvSource({
    "--seed 9, /seed",
    "--data cifar10, /data",
    "--image-size 32, /imageSize",
    "--device cuda:0, /device",
    "--threads 9, /threads",
    "--precision bf16, /precision",
    "--libraries auto, /libraries",
    "--nodes 4, /nodes",
    "--layers 9, /layers",
    "--channels 9, /channels",
    "--batch 9, /batch",
    "--epochs 9, /epochs",
    "--rounds 9, /rounds",
    "--pool 9, /initialPool",
    "--new 9, /newArchitectures",
    "--duplicates literal, /duplicates",
    "--validation 900, /validation",
    "--top 9, /reranking/top",
    "--learning-rate 0.5, /supernet/recipe/learningRate",
    "--sampling uniform, /supernet/sampling",
    "--train-on new, /supernet/trainOn",
    "--idle-update decay, /supernet/idleUpdate",
    "--bn running, /supernet/bn",
    "--bn authors, /supernet/bn",
    "--evaluation-batches random, /supernet/evaluationBatches",
    "--evaluation-images 750, /supernet/evaluationImages",
    "--evaluation-batch 125, /supernet/evaluationBatch",
    "--scores cached, /supernet/scores",
    "--scoring standalone, /scoring",
    "--standalone-epochs 9, /standaloneEpochs",
    "--candidates 9, /candidates",
    "--population 9, /evolution/population",
    "--tournament 9, /evolution/tournament",
    "--max-parameters 9000, /maxParameters",
    "--max-macs 9000, /maxMacs"
  })
  void anOptionChangesItsKeyAndNothingElse(String option, String key) throws IOException {
    final String[] words = option.split(" ");
    final JsonNode preset = config();
    final JsonNode changed = config(words);
    assertThat(changed.at(key).asText()).isEqualTo(words[1]).isNotEqualTo(preset.at(key).asText());
    final int slash = key.lastIndexOf('/');
    ((ObjectNode) changed.at(key.substring(0, slash)))
        .set(key.substring(slash + 1), preset.at(key));
    assertThat(changed).isEqualTo(preset);
  }

  @Test
  void theConfigurationItShowsIsTakenBackAndOptionsWinOverIt() throws IOException {
    final Path file = folder.resolve("config.json");
    final JsonNode first = config("--bn", "authors", "--warm-start", "--schedule", "dependent");
    Files.writeString(file, first.toString());
    assertThat(config("--config", file.toString())).isEqualTo(first);
    final JsonNode second =
        config(
            "--config",
            file.toString(),
            "--no-warm-start",
            "--schedule",
            "INDEPENDENT",
            "--bn",
            "batch");
    assertThat(second).isEqualTo(config());
    assertThat(second.at("/supernet/warmStart").isBoolean()).isTrue();
  }

  /** The preset is the algorithm's, whether an option or the file names it. */
  @Test
  void anAlgorithmHasItsOwnPreset() throws IOException {
    final JsonNode option = config("--algorithm", "nao-ws");
    assertThat(option.at("/supernet/scores").asText()).isEqualTo("cached");
    final Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"algorithm\": \"nao-ws\"}");
    assertThat(config("--config", file.toString())).isEqualTo(option);
    assertThat(config("--config", file.toString(), "--algorithm", "nao-v2")).isEqualTo(config());
  }

  @Test
  void aDependentScheduleNeedsTheWeightsOfTheRoundBefore() {
    final Invocation alone = Invocation.of("search", "--show-config", "--schedule", "dependent");
    assertThat(alone.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(alone.err()).contains("schedule", "warmStart").hasLineCount(1);
  }

  @Test
  void aResumedRunTakesNoOptionThatChangesIt() {
    for (final String option :
        List.of(
            "--layers 2",
            "--preset paper",
            "--config x.json",
            "--bn running",
            "--seed 3",
            "--precision tf32",
            "--libraries auto")) {
      final List<String> arguments =
          new ArrayList<>(List.of("search", "--resume", folder.toString(), "--threads", "1"));
      arguments.addAll(List.of(option.split(" ")));
      final Invocation refused = Invocation.of(arguments.toArray(String[]::new));
      assertThat(refused.exitCode()).as(option).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("--resume goes on with").hasLineCount(1);
    }
  }

  @Test
  void aCpuRefusesOtherPrecisions() {
    final Path run = folder.resolve("run");
    final Invocation refused =
        Invocation.of("search", "--precision", "bf16", "--out", run.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("device cpu computes in fp32 alone").hasLineCount(1);
    assertThat(run).isEmptyDirectory();
  }
}
