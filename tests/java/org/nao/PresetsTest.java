package org.nao;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.Json;
import org.nao.search.config.Algorithm;
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

  @ParameterizedTest
  @CsvSource({
    "nao-v2, b2c604fcf19191c5, 04446159fc56bdba",
    "nao-ws, 3106939c0cf79e7b, 90c1a67cff5ff1d2",
    "nao, b8213085150ad6c8, cbbe52216714e4d9",
    "random, d2aab47735a4b68a, 152909d1dc907c9f",
    "evolution, 1393c57148084809, 3082d6062f9837de",
    "spos, 254dc9026ed9dceb, 217e018e0f9e2583",
    "darts, 8769eab856a69a2b, c53dfda60544ec85",
    "enas, e7431bb07e56d3e4, b1d3e10fdece063d"
  })
  void searchesAreAsPublished(String algorithm, String quick, String paper)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "quick")))).isEqualTo(quick);
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "paper")))).isEqualTo(paper);
  }

  @ParameterizedTest
  @CsvSource({
    "quick, f1b05774fb7b9c69, dd365bb99f1e6a8e, 29b2eefdf8a46710",
    "paper, e23a51d8277ba592, fa3d20a934e6df4b, 23bd8afa6aaa115c"
  })
  void tablesAndStudiesAreAsPublished(String preset, String table, String ranking, String winners)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(TableConfig.preset(preset)))).isEqualTo(table);
    assertThat(checksum(Json.pretty(RankingConfig.preset(preset)))).isEqualTo(ranking);
    final String all =
        Arrays.stream(Algorithm.values())
            .map(each -> Json.pretty(WinnersConfig.preset(preset, each.title())))
            .collect(Collectors.joining());
    assertThat(checksum(all)).isEqualTo(winners);
  }
}
