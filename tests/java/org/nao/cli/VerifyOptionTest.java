package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.search.algorithm.NoiseImages;
import org.nao.search.table.SyntheticTable;

class VerifyOptionTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;
  private Path table;
  private Path config;

  @BeforeEach
  void makeDataAndTable() throws IOException {
    NoiseImages.write(Files.createDirectory(folder.resolve("data")));
    table = SyntheticTable.write(folder);
    config = folder.resolve("config.json");
    Files.writeString(config, "{\"reranking\": {\"epochs\": 1}}");
  }

  private Invocation search(String run, String... options) {
    final List<String> words = new ArrayList<>();
    final String line =
        "search --algorithm random --scoring zero-cost:synflow --layers 1 --channels 2 --batch 8"
            + " --validation 64 --candidates 8 --top 2 --threads 1";
    words.addAll(List.of(line.split(" ")));
    words.addAll(List.of("--data", folder.resolve("data").toString()));
    words.addAll(List.of("--config", config.toString()));
    words.addAll(List.of("--out", folder.resolve(run).toString()));
    words.addAll(List.of(options));
    return Invocation.of(words.toArray(String[]::new));
  }

  @Test
  void tellsWhatTheTableHasOfTheCellsFound() throws IOException {
    final String[] verified = {
      "--space", "nasbench201", "--verify-with", table.toString(), "--json"
    };
    final Invocation done = search("run", verified);
    assertThat(done.exitCode()).as(done.err()).isZero();
    final JsonNode found = MAPPER.readTree(done.out());
    final Map<String, Double> test = new HashMap<>();
    for (final String line : SyntheticTable.lines().subList(1, 15_626)) {
      final String[] fields = line.split(",");
      test.put(fields[1], Double.parseDouble(fields[3]) / 100);
    }
    assertThat(found.at("/verified/top")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      final JsonNode cell = found.at("/verified/top/" + i);
      assertThat(cell.get("architecture")).isEqualTo(found.at("/top/" + i + "/architecture"));
      final double accuracy = test.get(cell.get("architecture").asText());
      assertThat(cell.get("testAccuracy").asDouble()).isEqualTo(accuracy);
      assertThat(cell.get("validationAccuracy").asDouble())
          .isEqualTo(accuracy - 0.02, within(1e-9));
      assertThat(cell.get("testRank").asLong())
          .isEqualTo(1 + test.values().stream().filter(each -> each > accuracy).count());
    }
    final JsonNode file = MAPPER.readTree(folder.resolve("run").resolve("verified.json").toFile());
    assertThat(file.get("top")).isEqualTo(found.at("/verified/top"));
    // The search has not seen it.
    final Invocation blind = search("blind", "--space", "nasbench201");
    assertThat(blind.out())
        .contains(found.at("/top/0/architecture").asText())
        .doesNotContain("cifar10_test");
    assertThat(Files.readString(folder.resolve("blind").resolve("candidates.csv")))
        .isEqualTo(Files.readString(folder.resolve("run").resolve("candidates.csv")));
  }

  @Test
  void aPersonReadsATable() {
    final Invocation done =
        search("run", "--space", "nasbench201", "--verify-with", table.toString());
    assertThat(done.out()).contains("cifar10_val    rank  cifar10_test    rank of 15,625");
  }

  @Test
  void otherSpacesHaveNoTable() {
    final Invocation refused = search("run", "--verify-with", table.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains("--verify-with has cells of nasbench201, the search is in nao-small")
        .hasLineCount(1);
    final Invocation missing =
        search("run", "--space", "nasbench201", "--verify-with", folder + "/none.csv");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("none.csv").hasLineCount(1);
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
