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
    "nao-v2, 78050779a6ddc756, 5021237ec4669282, 2b18872e25169a24, dfc6ce36cf74207d",
    "nao-ws, 1e67e5811f8d39ca, 4b4697b36d0d6db8, 244072702cafc187, 081de2fba7bd3c44",
    "nao, 03e8947f55da196e, 6f72717433ce2cea, 09d0c43636a65845, 35d92e6c9b7369ca",
    "random, 933d38b9c487e1b2, 7ab9afcbf9a08489, 3c11277a6a520768, 20ae5127b85af2ee",
    "evolution, 87323b32013d5fb9, 519fd764b0eb6872, 86c9df4c4d2fa145, e6dc3b1901d6c575",
    "spos, b76023741914d4bb, b2d581100eadd676, fa40614d784023ec, ea07ccf46b8be211",
    "darts, b75d8cb53c621ab3, 2bd6d11e2def8a6b, d4566d5fb450b9f6, 7fc7786cc34d6ba9",
    "enas, caf51108e4c8de50, a83044db749885f7, 17e2d2044b872266, 0992e052c526e78a"
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
