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

class TableVerifyTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    NoiseImages.write(Files.createDirectory(folder.resolve("data")));
    table = SyntheticTable.write(folder);
    Files.writeString(folder.resolve("config.json"), "{\"reranking\": {\"epochs\": 1}}");
  }

  /** A search of a second; its folder. */
  private String search(String run, String... options) {
    final List<String> words = new ArrayList<>();
    final String line =
        "search --algorithm random --scoring zero-cost:params --layers 1 --channels 2 --batch 8"
            + " --validation 64 --top 1 --threads 1";
    words.addAll(List.of(line.split(" ")));
    words.addAll(List.of("--data", folder.resolve("data").toString()));
    words.addAll(List.of("--config", folder.resolve("config.json").toString()));
    words.addAll(List.of("--out", folder.resolve(run).toString()));
    words.addAll(List.of(options));
    final Invocation done = Invocation.of(words.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.err()).isZero();
    return folder.resolve(run).toString();
  }

  private String few(int seed) {
    return search(
        "few-" + seed, "--space", "nasbench201", "--candidates", "2", "--seed", "" + seed);
  }

  private String many(int seed) {
    return search(
        "many-" + seed, "--space", "nasbench201", "--candidates", "9", "--seed", "" + seed);
  }

  private Invocation verify(String... words) {
    final List<String> all =
        new ArrayList<>(List.of("table", "verify", "--table", table.toString()));
    all.addAll(List.of(words));
    return Invocation.of(all.toArray(String[]::new));
  }

  private Map<String, Double> accuracies() {
    final Map<String, Double> test = new HashMap<>();
    for (final String line : SyntheticTable.lines().subList(1, 15_626)) {
      final String[] fields = line.split(",");
      test.put(fields[1], Double.parseDouble(fields[3]) / 100);
    }
    return test;
  }

  private double found(String run, Map<String, Double> accuracies) throws IOException {
    return accuracies.get(
        MAPPER
            .readTree(Path.of(run).resolve("summary.json").toFile())
            .at("/top/0/architecture")
            .asText());
  }

  @Test
  void searchesThatDifferInTheirSeedAreOne() throws IOException {
    final String[] runs = {few(1), many(2), many(1), few(2), many(3)};
    final Invocation done =
        verify(
            List.of("--json", runs[0], runs[1], runs[2], runs[3], runs[4]).toArray(String[]::new));
    assertThat(done.exitCode()).as(done.err()).isZero();
    final JsonNode verified = MAPPER.readTree(done.out());
    final JsonNode searches = verified.get("searches");
    assertThat(searches).hasSize(2);
    assertThat(searches.at("/0/search").asText()).startsWith("random, ").endsWith(" 2");
    assertThat(searches.at("/1/search").asText()).startsWith("random, ").endsWith(" 9");
    final Map<String, Double> table = accuracies();
    final double few1 = found(runs[0], table);
    final double few2 = found(runs[3], table);
    assertThat(searches.at("/0/mean").asDouble()).isEqualTo((few1 + few2) / 2, within(1e-12));
    assertThat(searches.at("/0/runs/1/seed").asLong()).isEqualTo(2);
    assertThat(searches.at("/0/runs/1/testAccuracy").asDouble()).isEqualTo(few2);
    assertThat(searches.at("/1/runs")).hasSize(3);
    final JsonNode difference = verified.at("/differences/0");
    assertThat(difference.get("pairs").asInt()).isEqualTo(2);
    final double one = found(runs[2], table) - few1;
    final double two = found(runs[1], table) - few2;
    assertThat(difference.get("mean").asDouble()).isEqualTo((one + two) / 2, within(1e-12));
    // Student's t of one degree of freedom: 12.706 standard errors.
    assertThat(difference.get("high").asDouble() - difference.get("mean").asDouble())
        .isEqualTo(12.7062 * Math.abs(one - two) / 2, within(1e-4));
  }

  @Test
  void aPersonReadsATable() {
    final Invocation done = verify(few(1));
    assertThat(done.out())
        .contains("| search | runs | cifar10_test | deviation | interval | median rank |")
        .contains("| random | 1 | ");
  }

  @Test
  void whatIsNoSuchSearchIsNamed() {
    final String run = few(1);
    assertThat(verify(run, run).err())
        .contains("are the same search with the same seed, 1")
        .hasLineCount(1);
    assertThat(verify(search("small", "--candidates", "2")).err())
        .contains("small: is a search in nao-small, the table has cells of nasbench201")
        .hasLineCount(1);
    final Invocation none = verify(folder.resolve("data").toString());
    assertThat(none.exitCode()).isNotZero();
    assertThat(none.err()).hasLineCount(1);
  }
}
