package org.nao;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.Json;
import org.nao.search.config.Presets;
import org.nao.search.table.TableConfig;
import org.nao.study.ranking.RankingConfig;
import org.nao.study.winners.WinnersConfig;

/**
 * Presets layer several files, so a change in one may reach presets that were not meant. The
 * checksums are those of all values as results were published with; who changes a preset on purpose
 * changes its line.
 */
class PresetsTest {
  private static final int DIGITS = 16;

  private static String checksum(String text) throws NoSuchAlgorithmException {
    final byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest).substring(0, DIGITS);
  }

  /** Of its searches and of studies of it, quick and paper each. */
  @ParameterizedTest
  @CsvSource({
    "nao-v2, 0615f2574d0d096c, 06d520f3c9a738cb, 1fbf2f5e5d982798, eb3157f3af81d266",
    "nao-ws, 17a8f83700f4e036, b4ae71c546d83321, 08a876a82d11947a, 9d6cef7be980b1e9",
    "nao, 1f906bf5b72de669, 5d2754c32b03fa06, 781b719cf72e232e, 463fafcb4dfa0f59",
    "random, 8ecad2920f877adb, 88c419ed5b773f47, 3b3bda2301499ed8, f9034205492482f8",
    "evolution, 16135c6f1ebbf9f8, cce64357e253f40f, 3350d46ed0644748, 7c3f66eca21c2172",
    "spos, daa03ef24f8eadc7, 251774f3da8b4bb8, 2debb7fbde8a4d2e, e1edc6745ce769b0",
    "darts, 179ff6eb1af7488a, e0ebe0eec6c4194e, 3b2675a3343b46d1, 9635062b4193a6c5",
    "enas, b4f2f0367bebcd54, 72fda306a530bd24, bf6d2f579725d955, 74eb97a0d55cecb1"
  })
  void searchesAreAsPublished(
      String algorithm, String quick, String paper, String quickStudies, String paperStudies)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "quick")))).isEqualTo(quick);
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "paper")))).isEqualTo(paper);
    assertThat(checksum(Json.pretty(WinnersConfig.preset("quick", algorithm))))
        .isEqualTo(quickStudies);
    assertThat(checksum(Json.pretty(WinnersConfig.preset("paper", algorithm))))
        .isEqualTo(paperStudies);
  }

  @ParameterizedTest
  @CsvSource({
    "quick, f1b05774fb7b9c69, c37f4d037126d440",
    "paper, e23a51d8277ba592, 2a1e6ea80ac2717e"
  })
  void tablesAndStudiesAreAsPublished(String preset, String table, String ranking)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(TableConfig.preset(preset)))).isEqualTo(table);
    assertThat(checksum(Json.pretty(RankingConfig.preset(preset)))).isEqualTo(ranking);
  }
}
