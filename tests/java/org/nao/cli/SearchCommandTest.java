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
import org.nao.run.Json;
import org.nao.search.config.Presets;

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
    "--threads 1, /threads",
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
    "--max-step-size 9, /maxStepSize",
    "--overgeneration 9, /overgeneration",
    "--top 9, /reranking/top",
    "--ranking combined, /reranking/ranking",
    "--ranking-scores macs, /reranking/scores",
    "--auxiliary-head authors, /reranking/auxiliaryHead",
    "--reranking-ramp search, /reranking/ramp",
    "--learning-rate 0.5, /supernet/recipe/learningRate",
    "--sampling uniform, /supernet/sampling",
    "--architectures-per-step 3, /supernet/architecturesPerStep",
    "--architectures-per-step 5 --sampling fair, /supernet/sampling",
    "--algorithm spos --architectures-per-step 3 --sampling sandwich, /supernet/sampling",
    "--train-on new, /supernet/trainOn",
    "--idle-update decay, /supernet/idleUpdate",
    "--bn running, /supernet/bn",
    "--bn authors, /supernet/bn",
    "--evaluation-batches random, /supernet/evaluationBatches",
    "--evaluation-images 750, /supernet/evaluationImages",
    "--evaluation-batch 125, /supernet/evaluationBatch",
    "--scores cached, /supernet/scores",
    "--max-parameters 9000, /maxParameters",
    "--max-macs 9000, /maxMacs",
    "--max-latency 9.5, /maxLatency",
    "--algorithm nao --standalone-epochs 9, /standaloneEpochs",
    "--algorithm random --candidates 9, /candidates",
    "--algorithm evolution --population 9, /evolution/population",
    "--algorithm evolution --tournament 9, /evolution/tournament",
    "--algorithm darts --order 1, /darts/order",
    "--algorithm darts --validation-order step, /darts/validationOrder"
  })
  void anOptionChangesItsKeyAndNothingElse(String option, String key) throws IOException {
    final String[] words = option.split(" ");
    final JsonNode preset = config(Arrays.copyOf(words, words.length - 2));
    final JsonNode changed = config(words);
    assertThat(changed.at(key).asText())
        .isEqualTo(words[words.length - 1])
        .isNotEqualTo(preset.at(key).asText());
    final int slash = key.lastIndexOf('/');
    ((ObjectNode) changed.at(key.substring(0, slash)))
        .set(key.substring(slash + 1), preset.at(key));
    assertThat(changed).isEqualTo(preset);
  }

  /** One is nothing without the other. */
  @Test
  void latencyCountsByTwoOptions() throws IOException {
    final JsonNode shown = config("--target-latency", "9.5", "--latency-weight", "-0.07");
    assertThat(shown.at("/latencyObjective").toString())
        .isEqualTo("{\"targetMillis\":9.5,\"weight\":-0.07}");
    ((ObjectNode) shown).set("latencyObjective", config().at("/latencyObjective"));
    assertThat(shown).isEqualTo(config());
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

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--algorithm random --rounds 2; --rounds is 2, which the algorithm random does not use;"
            + " only nao-v2, nao-ws and nao do",
        "--algorithm spos --pool 9; --pool (initialPool) is 9, which the algorithm spos does not"
            + " use; only nao-v2, nao-ws and nao do",
        "--algorithm nao --epochs 9; --epochs is 9, which the algorithm nao uses only where"
            + " --scoring is one_shot",
        "--scoring standalone --bn running; --bn (supernet.bn) is running, which the algorithm"
            + " nao-v2 uses only where --scoring is one_shot",
        "--algorithm darts --max-macs 9; --max-macs (maxMacs) is 9, which the algorithm darts does"
            + " not use",
        "--algorithm enas --scoring standalone; --scoring is standalone, which the algorithm enas"
            + " does not use",
        "--sampling fair; --architectures-per-step (supernet.architecturesPerStep) is 1, must be 5: a"
            + " fair step trains each of the operations of nao-small once",
        "--algorithm spos --sampling sandwich --architectures-per-step 2; --architectures-per-step"
            + " (supernet.architecturesPerStep) is 2, must be at least 3: a sandwich is",
        "--algorithm evolution --sampling proportional; --sampling (supernet.sampling) is"
            + " proportional to the sizes of a pool, and the algorithm evolution trains the whole",
        "--algorithm enas --sampling uniform; --sampling (supernet.sampling) is uniform, which the"
            + " algorithm enas does not use",
        "--scoring zero-cost:loss; unknown score 'loss', allowed: params, macs",
        "--scoring zero-cost:live_weights; --scoring (zeroCost) names live_weights, which are counted",
        "--scoring zero-cost:az_nas; --scoring (zeroCost) is az_nas, which ranks given",
        "--algorithm enas --scoring zero-cost:snip; --scoring is zero_cost, which the algorithm enas",
        "--scoring zero-cost:snip --bn running; --bn (supernet.bn) is running, which the algorithm",
        "--scoring zero-cost:snip --latency-weight -0.07; --latency-weight (latencyObjective.weight)"
            + " is -0.07, which the algorithm nao-v2 uses only where --scoring is one_shot or"
            + " standalone",
        "--algorithm darts --target-latency 2 --latency-weight -0.07; --target-latency"
            + " (latencyObjective.targetMillis) is 2.0, which the algorithm darts does not use",
        "--target-latency 2 --latency-weight 0.07; --latency-weight (latencyObjective.weight) is"
            + " 0.07, must be from -10 to 0, for example -0.07",
        "--target-latency -1 --latency-weight -0.07; --target-latency"
            + " (latencyObjective.targetMillis) is -1.0, must be from 0.000001 to 1000000 ms",
        "--latency-weight -0.07; --latency-weight (latencyObjective.weight) is -0.07, which needs"
            + " --target-latency (latencyObjective.targetMillis)",
        "--target-latency 0 --latency-weight -0.07; --latency-weight (latencyObjective.weight) is"
            + " -0.07, which needs --target-latency (latencyObjective.targetMillis)",
        "--target-latency 2; --target-latency (latencyObjective.targetMillis) is 2.0, which needs"
            + " --latency-weight (latencyObjective.weight), for example -0.07",
        "--scoring zero_cost; --scoring is 'zero_cost', allowed: one_shot, standalone and"
            + " zero-cost:NAME",
        "--pool 0; --pool (initialPool) is 0, allowed are 1 to 1000000",
        "--evaluation-images 300; --evaluation-images (supernet.evaluationImages) is 300, must be a"
            + " multiple of --evaluation-batch (supernet.evaluationBatch), which is 250",
        "--algorithm evolution --tournament 99; --tournament (evolution.tournament) is 99, must be"
            + " from 1 to --population (evolution.population), which is 20",
        "--benchmark nasbench201 --table t.csv --runs 3; searches in a table are a command of their"
            + " own: nao table search"
      })
  void aRefusalNamesTheOption(String options, String sentence) {
    final List<String> words = new ArrayList<>(List.of("search"));
    words.addAll(List.of(options.split(" ")));
    final Invocation refused = Invocation.of(words.toArray(String[]::new));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).startsWith("nao search: " + sentence).hasLineCount(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void aFileIsRefusedByItsNameAndKey() throws IOException {
    final Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"algorithm\": \"random\", \"rounds\": 2}");
    final Invocation refused = Invocation.of("search", "--config", file.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains(file + ": rounds is 2, which the algorithm random does not use; only nao-v2,");
  }

  /** As a run's config.json has them, also where they are not used. */
  @Test
  void allKeysOfAPresetAreTaken() throws IOException {
    for (final String algorithm : List.of("random", "nao", "darts", "enas")) {
      final Path file = folder.resolve(algorithm + ".json");
      Files.writeString(file, Json.pretty(Presets.of(algorithm, "paper")));
      assertThat(config("--config", file.toString()))
          .isEqualTo(config("--algorithm", algorithm, "--preset", "paper"));
    }
  }

  @Test
  void theConfigurationShowsOnlyWhatIsUsed() throws IOException {
    final JsonNode random = config("--algorithm", "random");
    assertThat(random.has("rounds")).isFalse();
    assertThat(random.at("/supernet/sampling").asText()).isEqualTo("uniform");
    assertThat(random.at("/supernet/trainOn").isMissingNode()).isTrue();
    assertThat(random.at("/supernet/bn").asText()).isEqualTo("batch");
    assertThat(config("--algorithm", "random", "--scoring", "standalone").has("supernet"))
        .isFalse();
  }

  @Test
  void scoresWithoutTrainingAreNamed() throws IOException {
    final JsonNode shown = config("--algorithm", "spos", "--scoring", "zero-cost:naswot");
    assertThat(shown.at("/scoring").asText()).isEqualTo("zero_cost");
    assertThat(shown.at("/zeroCost").asText()).isEqualTo("naswot");
    assertThat(shown.has("supernet")).isFalse();
    assertThat(config("--algorithm", "spos", "--scoring", "STANDALONE").has("zeroCost")).isFalse();
  }

  @Test
  void theHelpShowsOnlyWhatIsUsed() {
    final String naoV2 = Invocation.of("search", "--help").out();
    assertThat(naoV2)
        .contains("--pool=", "--standalone-epochs=", "--out=", "--verbose", "--json")
        .doesNotContain("--candidates=", "--order=", "--benchmark");
    final String enas = Invocation.of("search", "--algorithm", "enas", "--help").out();
    assertThat(enas)
        .contains("--candidates=", "--out=")
        .doesNotContain("--pool=", "--order=", "--scoring=");
    assertThat(Invocation.of("search", "--scoring", "standalone", "--help").out())
        .contains("--standalone-epochs=")
        .doesNotContain("--bn=", "--epochs=E  ");
    final Invocation unknown = Invocation.of("search", "--algorithm", "x", "--help");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("unknown algorithm 'x'").hasLineCount(1);
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
    assertThat(run).doesNotExist();
  }
}
