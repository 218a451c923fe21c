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
    "nao-v2, 31ccf8ff1a238817, e7e7d9f1e4d13f54",
    "nao-ws, bed33906dcca53ad, 70e90356fc52ce6e",
    "nao, db2429e7b8d16e11, 1a4c0d5acb31bbc6",
    "random, abff311ac486fbda, a99b2c73afcffa0d",
    "evolution, c4855201ec983e9e, fbe946e266da3590",
    "spos, dc1ea1aa3ca90062, bf4eb54f2a6a53df",
    "darts, afb1b7e44576ecdd, 247edf98fe850475",
    "enas, bf89a569310ee331, 18ebedfd0bc8ef21"
  })
  void searchesAreAsPublished(String algorithm, String quick, String paper)
      throws NoSuchAlgorithmException {
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "quick")))).isEqualTo(quick);
    assertThat(checksum(Json.pretty(Presets.of(algorithm, "paper")))).isEqualTo(paper);
  }

  @ParameterizedTest
  @CsvSource({
    "quick, f1b05774fb7b9c69, dd365bb99f1e6a8e, 6bbe0bc55919d726",
    "paper, e23a51d8277ba592, fa3d20a934e6df4b, e20908cb732cd191"
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
