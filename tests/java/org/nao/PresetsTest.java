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
    "nao-v2, d34e72c431a07864, 76437fd062887680, c0aeb49b9cfacb37, 2ddc948b45864d92",
    "nao-ws, e745e98e73108f4d, 2b80c4e20d3ae0e6, 58abb60e9c75341e, d9414df3118e2003",
    "nao, 6a3d284c2cfdf402, 4df944a92308bd8e, a10dfa32f3f9c32b, b6cb9d82ed7174e5",
    "random, fe7a5420c16a073d, a08618af36fc327f, 36fd1ad0887d8035, 25c5c7a2f7298bab",
    "evolution, a07cfede651c0834, 6a6edd306de799d5, 08f9663211d1c80f, 4a423e7fc9716315",
    "spos, 1709f61e9dca09e5, ee74ad7ffb3a7f11, 9b152c2b8125ae00, 6f80a22871e2d770",
    "darts, 8cdbc1e439768f0f, 8e9a11058c4cf88d, 3b8e64694e7c4599, 0e2573a524e09fda",
    "enas, a3e270e5bcb2a2cd, a9674c2490665e62, 804cc9add95a685f, 444f295ba9f16c06"
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
