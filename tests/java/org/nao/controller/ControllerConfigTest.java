package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;

class ControllerConfigTest {

  @Test
  void eachChangeTouchesOneSetting() {
    final ControllerConfig config =
        Presets.of("nao-v2", "paper")
            .controller()
            .withSizes(8, 16)
            .withEpochs(3)
            .withBatchSize(7)
            .withAugmentation(2)
            .withTrainingShare(0.5);
    assertThat(config).isEqualTo(new ControllerConfig(8, 16, 3, 7, 1e-3, 5.0, 0.8, 0.5, 2, 0.0));
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    assertThatThrownBy(() -> Presets.of("nao-v2", "paper").controller().withEpochs(0))
        .hasMessage("epochs is 0, allowed are 1 to 1000000");
    assertThatThrownBy(() -> Presets.of("nao-v2", "paper").controller().withTrainingShare(1.5))
        .hasMessage("trainingShare is 1.5, must be above 0 and at most 1");
  }
}
