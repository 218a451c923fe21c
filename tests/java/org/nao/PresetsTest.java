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
    "nao-v2, 0fef88fb5ee8c30a, e700e501bdcc1780, 3b4ba369159d17ec, 8b2de886bf0b39ba",
    "nao-ws, 6985c2ca671c9013, fdd8ef62c616dcef, d95384b2afd3a9b8, 47e6dd4685ab1297",
    "nao, 0a92fcef43806163, c7cd9e441e84eb5e, 0e249c042c2021fd, 7ec662d428f6373f",
    "random, 69abccedf9654a71, 367a84e4c458705b, 675a0fb17b248836, 93f5188df83d23ce",
    "evolution, f878962c3df8d9fc, 7ac9b65337e04c52, 32c4d4cfca6a78de, d229a0fc90805ec1",
    "spos, e4cdbd6c3f3a0df8, b30a71fd1e924b13, e91cf04ab84e5cb5, 880ff9826a6900d9",
    "darts, f6fd023a07b60204, f5b2dc8c634cc371, facab48ce2588e52, e97d9ad48b93bb65",
    "enas, 4c19f69dad15cdf7, e9a93feac58124c9, ebf866cc398ed0a6, 4f37bd26105717d6"
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
