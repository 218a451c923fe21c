package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nao.engine.Training;
import org.nao.study.ranking.RankingConfig;
import org.nao.study.winners.WinnersConfig;

class RecipeTest {
  private static final Recipe RECIPE = recipe(3);

  private static Recipe recipe(int cutout) {
    return new Recipe(0.1, 0.01, 0.9, 3e-4, 5, 0.7, 0.6, 4, true, cutout, true, 0);
  }

  @Test
  void everyValueReachesTheEngine() {
    final Training training = RECIPE.toTraining(8).build();
    assertThat(training)
        .isEqualTo(
            Training.builder()
                .momentum(0.9f)
                .weightDecay(3e-4f)
                .clipNorm(5)
                .dropPathKeep(0.7f)
                .dropoutKeep(0.6f)
                .cropPadding(4)
                .flip(true)
                .cutout(3)
                .nesterov(true)
                .seed(8)
                .build());
  }

  @Test
  void namesAValueOutOfRange() {
    assertThatThrownBy(() -> recipe(-1)).hasMessage("cutout is -1, allowed are 0 to 512");
  }

  @Test
  void thePaperTrainsAloneWithCutout() {
    assertThat(WinnersConfig.preset("paper", "nao-v2").standalone().recipe().cutout())
        .isEqualTo(16);
    assertThat(RankingConfig.preset("paper").standalone().recipe().cutout()).isEqualTo(16);
  }
}
