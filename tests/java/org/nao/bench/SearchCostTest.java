package org.nao.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;

class SearchCostTest {
  private static final double HOUR = 3600;

  private static SearchCost paper(SearchRates.ControllerRates controller) {
    return SearchCost.of(
        Presets.of("nao-v2", "paper"),
        45_000,
        50,
        new SearchRates(0.5, 2, 0.25, 0.001, controller));
  }

  @Test
  void countsThePapersSearch() {
    final SearchCost cost = paper(new SearchRates.ControllerRates(0.1, 100, 0.02));
    // 704 steps an epoch, the last one smaller; 4 rounds of 50 epochs.
    assertThat(cost.supernetSteps()).isEqualTo(140_800);
    assertThat(cost.evaluations()).isEqualTo(1000 + 1300 + 1600 + 1900);
    assertThat(cost.standaloneSteps()).isEqualTo(5 * 10 * 704);
    assertThat(cost.controllerEpochs()).isEqualTo(3000);
    assertThat(cost.hours().training()).isEqualTo(70_400 / HOUR, within(1e-9));
    assertThat(cost.hours().evaluation()).isEqualTo(11_600 / HOUR, within(1e-9));
    assertThat(cost.hours().reranking()).isEqualTo((8_800 + 25) / HOUR, within(1e-9));
    // Pools of 1,000, 1,300 and 1,600: 1,000 epochs of 1, 1.3 and 1.6 s, and 100 step sizes each.
    assertThat(cost.hours().controller()).isEqualTo((3_900 + 6) / HOUR, within(1e-9));
    assertThat(cost.totalHours()).isEqualTo((70_400 + 11_600 + 8_825 + 3_906) / HOUR, within(1e-9));
  }
}
