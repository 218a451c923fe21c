package org.nao.study.winners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.supernet.Sampling;

class AblationTest {
  private static final SearchConfig FULL = Presets.of("nao-v2", "paper");

  @Test
  void eachVariantChangesWhatItNamesAndNothingElse() {
    final List<SearchConfig> searches = List.copyOf(Ablation.searches(FULL).values());
    assertThat(searches.get(0)).isEqualTo(FULL);
    final SearchConfig fewer = searches.get(1);
    assertThat(fewer.epochs()).isEqualTo(25);
    assertThat(fewer).isNotEqualTo(FULL);
    assertThat(fewer.supernet()).isEqualTo(FULL.supernet());
    final SupernetConfig dependent = searches.get(2).supernet();
    assertThat(dependent.warmStart()).isTrue();
    assertThat(dependent.schedule()).isEqualTo(SupernetConfig.Schedule.DEPENDENT);
    assertThat(dependent.scores()).isEqualTo(SupernetConfig.Scores.CACHED);
    assertThat(dependent.sampling()).isEqualTo(Sampling.PROPORTIONAL);
    assertThat(searches.get(2).epochs()).isEqualTo(FULL.epochs());
    final SupernetConfig uniform = searches.get(3).supernet();
    assertThat(uniform.sampling()).isEqualTo(Sampling.UNIFORM);
    assertThat(uniform.schedule()).isEqualTo(FULL.supernet().schedule());
    assertThat(uniform.warmStart()).isFalse();
    assertThat(uniform.scores()).isEqualTo(FULL.supernet().scores());
    assertThat(searches.get(3).epochs()).isEqualTo(FULL.epochs());
  }

  /** Errors .02, .03, .04: mean .03, deviation .01; t of 2 degrees at 97.5 % is 4.30265. */
  @Test
  void aRowHasMeanDeviationAndStudentsInterval() {
    final WinnersResult.Row row =
        WinnersResult.Row.of(
            "a",
            List.of(
                new WinnersResult.Network(1, "x", 1, 0.02),
                new WinnersResult.Network(1, "y", 1, 0.03),
                new WinnersResult.Network(1, "z", 1, 0.04)),
            0.95,
            7);
    assertThat(row.meanError()).isEqualTo(0.03, within(1e-12));
    assertThat(row.deviation()).isEqualTo(0.01, within(1e-12));
    assertThat(row.high() - row.meanError())
        .isEqualTo(4.302653 * 0.01 / Math.sqrt(3), within(1e-8));
    assertThat(
            WinnersResult.Row.of("a", List.of(new WinnersResult.Network(1, "x", 1, 0.5)), 0.95, 7)
                .deviation())
        .isNull();
  }
}
