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
    "nao-v2, 9547b42b7ce57db4, f211f9719cdbb3c5, cdd649741e22abe2, 71c2d970cd93f05f",
    "nao-ws, 0e61d7ec87353d20, edc6566e6297dc05, ac091328f4e2d331, 47a4dffd64207aaa",
    "nao, e7e684c3d6b33d03, 0f22e08b7221d39e, 27ee5475b9aa18ee, eee3f0105c663155",
    "random, 7b384b7d4f9a926e, bfe34c7b6831e434, abf553a22d35b0b8, dbf2838bb4db4188",
    "evolution, be08641a4d5bdfde, 55983fca73903f7f, b83368ea74802d18, 30e04d49db6e308d",
    "spos, eefd42a8ce194495, 041f73d03b62b9cd, a55ae847e2698206, bee431989f2fd14b",
    "darts, 6e28f3736b8b5e2d, 3d74221767c089c1, 42c6f616ee796333, cbe47480bb056e9f",
    "enas, 1933b716db069611, d27b67603b118756, c2fe2a8734e73e1b, 30d8eacafc811413"
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
