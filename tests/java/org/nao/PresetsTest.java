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
    "nao-v2, 52788e4d00691286, 24d26a20bbe0f4df, 274bd415eff0c221, c934d3f7e621b93e",
    "nao-ws, 25aa98c42b95e454, ea1974c2ea58ddba, ae68cc90ca81c200, ef9ddc7e57c7eaaf",
    "nao, ff999e58eface408, 42718b7305d0eec3, 050338c855cc1a4e, dbeb8ebeb3a314c7",
    "random, 0f0aff7c7e883e62, f9b1738115946548, 802cdb48e4802da5, d727138a40d68a55",
    "evolution, 3808906a6f7e90b7, a1b6a98a8699f283, 2c2b5da3c57068b9, 157089be54dc3c70",
    "spos, c2c578d1a0bb49d7, c3ec417d40972b23, 569e08a80881fc92, 6889f04278caf54c",
    "darts, be88d02247921bac, 70685fa2d2b93676, d071b0ff9ed3719e, 753a6aab9496fdb5",
    "enas, 93a5bed2d6998051, e20d0803cda0e335, bf025e51f0ca862e, a8b91c17840877e7"
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
    "quick, f1b05774fb7b9c69, 75f159680d5b9824",
    "paper, e23a51d8277ba592, 27c86a2dea237482"
  })
  void tablesAndStudiesAreAsPublished(String preset, String table, String ranking)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(TableConfig.preset(preset)))).isEqualTo(table);
    assertThat(checksum(Json.pretty(RankingConfig.preset(preset)))).isEqualTo(ranking);
  }
}
