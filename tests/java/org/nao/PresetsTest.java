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
    "nao-v2, 03a344c4dc24b3b4, a70970a04fdc9489, 9f1079d728e76bf9, 135316d484a838fc",
    "nao-ws, 8a4a606ce1f4969c, 1bce2dfa72bfcbff, e6afd64b615d5025, e7a57bb005ebf10c",
    "nao, c05a66b0fc2ca513, ca0f92b1d658fba9, b283259e3b60875b, f136892042fc3e39",
    "random, c05837fd75290c75, e71a028a2db6d629, 5e78f9ae2e35ad4e, bc3378bcebb94343",
    "evolution, 08da11fa46cabcb4, 0308f169ff42bcda, efaa5515d415fd6c, 2863ba88182e7665",
    "spos, a75a47f5ae04ba7b, 4b56bc7ff5099023, dea66923a5a66f76, 264bbb2a0f522746",
    "darts, 120c345c891070af, 7e8f0cb06ecbb274, f560dd43add74a0d, 11ec7000413efc41",
    "enas, ad891ea262244558, 2b4ce087f5f71d7e, d110180682f44335, bdfa4e2c73829714"
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
    "quick, f1b05774fb7b9c69, 649f269c9dd3f328",
    "paper, e23a51d8277ba592, b1e47752a5bf6c4a"
  })
  void tablesAndStudiesAreAsPublished(String preset, String table, String ranking)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(TableConfig.preset(preset)))).isEqualTo(table);
    assertThat(checksum(Json.pretty(RankingConfig.preset(preset)))).isEqualTo(ranking);
  }
}
