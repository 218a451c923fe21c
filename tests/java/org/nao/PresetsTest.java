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
    "nao-v2, 31ccf8ff1a238817, e7e7d9f1e4d13f54, 3b4ba369159d17ec, 8b2de886bf0b39ba",
    "nao-ws, bed33906dcca53ad, 70e90356fc52ce6e, d95384b2afd3a9b8, 47e6dd4685ab1297",
    "nao, db2429e7b8d16e11, 1a4c0d5acb31bbc6, 0e249c042c2021fd, 7ec662d428f6373f",
    "random, abff311ac486fbda, a99b2c73afcffa0d, 675a0fb17b248836, 93f5188df83d23ce",
    "evolution, c4855201ec983e9e, fbe946e266da3590, 32c4d4cfca6a78de, d229a0fc90805ec1",
    "spos, dc1ea1aa3ca90062, bf4eb54f2a6a53df, e91cf04ab84e5cb5, 880ff9826a6900d9",
    "darts, afb1b7e44576ecdd, 247edf98fe850475, facab48ce2588e52, e97d9ad48b93bb65",
    "enas, bf89a569310ee331, 18ebedfd0bc8ef21, ebf866cc398ed0a6, 4f37bd26105717d6"
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
