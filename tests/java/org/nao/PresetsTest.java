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
    "nao-v2, 9cc9c58238762ae7, 915be6cff0c522fe, e46c69873baa4f59, c51fc7660f4485a3",
    "nao-ws, 10f006d2f4b4e5a8, 50f1d931dcab07e3, 26a12ff0dec328a3, 27024ea7b6730790",
    "nao, 0d23f020ddc883cc, 0a0908982553773f, 93c2c4ed3770d674, 7889cf73c1487b61",
    "random, bc69a93c0d13e711, f7fa3eee54da007e, 9b8c444b634f7670, eb8c4aa2bb9ede99",
    "evolution, 920e261c47cafd20, cd55865f6cf0a9b4, 4a1917f71691f793, 71c0e1d70fd811f5",
    "spos, 1c97d11c9969434a, 20a0ef7bef50d813, 803ce1059abc5e2b, aff0560ae4963780",
    "darts, 597d90265518ebfb, a20c8c76a798b5c3, b7ca77f29d130929, bc914ccfefb74828",
    "enas, f44eec7eb7fd68bc, a0edaa01c0cc379f, 5ace2b377a623245, 9003ff9f1b95b0f3"
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
