package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nao.network.LayerTensor.Role;

class ParameterTableTest {

  private static final ParameterSpec FIRST =
      LayerTensor.convolution(0, 2, 3, Extent.square(1)).named("first");
  private static final ParameterSpec SECOND =
      LayerTensor.perChannel(Role.MEAN, 5, Initialization.ZERO).named("second");

  private static ParameterTable table() {
    final ParameterTable.Builder builder = new ParameterTable.Builder();
    assertThat(builder.declare(FIRST)).isZero();
    assertThat(builder.declare(SECOND)).isEqualTo(1);
    assertThat(builder.declare(FIRST)).as("declared again").isZero();
    return builder.build();
  }

  @Test
  void tensorsLieOneAfterAnother() {
    final ParameterTable table = table();
    assertThat(table.parameters()).containsExactly(FIRST, SECOND);
    assertThat(table.elements()).isEqualTo(11);
    assertThat(table.offset(1)).isEqualTo(6);
  }

  @Test
  void lookUpByName() {
    final ParameterTable table = table();
    assertThat(table.index("second")).isEqualTo(1);
    assertThat(table.contains("third")).isFalse();
    assertThatThrownBy(() -> table.index("third"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has no tensor 'third'");
  }

  @Test
  void aTensorHasOneShape() {
    final ParameterSpec other = LayerTensor.convolution(0, 2, 4, Extent.square(1)).named("first");
    final ParameterTable.Builder builder = new ParameterTable.Builder();
    builder.declare(FIRST);
    assertThatThrownBy(() -> builder.declare(other)).hasMessageContaining("[2, 4, 1, 1]");
    assertThatThrownBy(() -> table().index(other)).hasMessageContaining("[2, 3, 1, 1]");
  }
}
