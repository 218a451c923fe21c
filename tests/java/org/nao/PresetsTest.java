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
    "nao-v2, 11116cc523a7bc60, 263d28c134dc13c6, db908ac97c0494e0, c04537cf7d7c12f9",
    "nao-ws, e08608b1d6e5e892, 5458068fabdd92d9, f5a3bf118817e6c9, 028b88d8364212bf",
    "nao, ede7c588e28b3e74, 0a2c6dc914f8b52f, f26c81ec56ba0411, cdb3a12a2d48c52d",
    "random, fe651617a9b8915f, 373c21df743e22d3, 2ff9ee9b73bd4af2, 54cf9af945103d25",
    "evolution, 065dc2715b4ea539, bcbf4016429b7558, 0d839f2fcb238936, 9a47d4478661e8b3",
    "spos, d092fcb7f9997ab7, f5d2bf1a7c7bded4, c45b90682a6a7519, 8e6709aa33c81038",
    "darts, 5f75d3748a0a0d51, 7dd24d2117290926, 3c374096b693dde4, 991733028429cb00",
    "enas, 2630a2731ddeeb30, bd74b90e4d613480, dc0091a65ecf2452, 797ef91197d4c7aa"
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
