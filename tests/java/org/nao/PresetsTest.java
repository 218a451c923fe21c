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
    "nao-v2, 5f739c2be29e9004, 9e0ed65f2a6dee37, 80b495cab5d00325, 315490d273be78e4",
    "nao-ws, b20ae705f90560a5, 2c164ac0f4875a4d, 9741da668e1ad7e4, 8ec11654a77d7116",
    "nao, f38ebe3a8b24f40e, 330efe39b12d4a75, 394a8ff5d9298b99, 123f9989ff9f8ac5",
    "random, e21430b066b73291, 8d070eeeb1551e55, 4c399ba6d50d6a85, 1199daa7a96ec7f3",
    "evolution, 357f4468a04a351a, 8c25335c0e0a830b, fcf788a30512a8a5, a3d082d48d65186a",
    "spos, 2a4dde30b08a7452, f414c67d2225b7f5, 40affcc96f1bb0b2, dc902d0995caa5d8",
    "darts, 9b982282c6b50a2b, ae8c0ab3e8333fe9, a9bb3502eddccd1d, a5d56b76b1d9c158",
    "enas, eb0e5295e06545fa, 2892bad9a00307a2, c658e7e3791bed4a, 6aef72c130c7b33c"
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
