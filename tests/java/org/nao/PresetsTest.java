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
    "nao-v2, 0fef88fb5ee8c30a, e700e501bdcc1780, 2df9e40cd9dc5c85, 7135aab4b369284e",
    "nao-ws, 6985c2ca671c9013, fdd8ef62c616dcef, 4e1acd432610a83c, 5e408d1b3fac34b0",
    "nao, 0a92fcef43806163, c7cd9e441e84eb5e, 03b925ca8f845a52, 42db39288bc3424f",
    "random, 69abccedf9654a71, 367a84e4c458705b, 5a2d28072fd2a863, 53739466b01c0ab6",
    "evolution, f878962c3df8d9fc, 7ac9b65337e04c52, 1cd028509097bac5, 691566873abac6e9",
    "spos, e4cdbd6c3f3a0df8, b30a71fd1e924b13, bc89a38bdcbeed7d, d3fd5a23b7fe106a",
    "darts, f6fd023a07b60204, f5b2dc8c634cc371, a95963d9786a988d, c23264a5bd9429b2",
    "enas, 4c19f69dad15cdf7, e9a93feac58124c9, 7e3be78cd7c7aa63, 4533a704225e610f"
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
    "quick, f1b05774fb7b9c69, dd365bb99f1e6a8e",
    "paper, e23a51d8277ba592, fa3d20a934e6df4b"
  })
  void tablesAndStudiesAreAsPublished(String preset, String table, String ranking)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(TableConfig.preset(preset)))).isEqualTo(table);
    assertThat(checksum(Json.pretty(RankingConfig.preset(preset)))).isEqualTo(ranking);
  }
}
