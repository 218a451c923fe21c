package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nao.network.LayerTensor.Role;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.SearchSpace;

class InitializerTest {

  private static final ParameterSpec WEIGHT =
      LayerTensor.convolution(0, 64, 32, Extent.square(3)).named("w");

  private static float[] draw(long seed, ParameterSpec parameter) {
    final float[] values = new float[(int) parameter.elements()];
    new Initializer(seed).fill(parameter, values, 0);
    return values;
  }

  @Test
  void weightsAreNormalWithVarianceTwoOverFanIn() {
    final float[] values = draw(1, WEIGHT);
    final double deviation = Math.sqrt(2.0 / (32 * 9));
    double mean = 0;
    double square = 0;
    double fourth = 0;
    for (final float value : values) {
      final double z = value / deviation;
      mean += z / values.length;
      square += z * z / values.length;
      fourth += z * z * z * z / values.length;
    }
    // Standard errors over 18432 draws: 0.0074, 0.0104 and 0.072; five of each.
    assertThat(mean).isCloseTo(0, within(0.037));
    assertThat(square).isCloseTo(1, within(0.052));
    assertThat(fourth).isCloseTo(3, within(0.36));
  }

  @Test
  void neighboursAreIndependent() {
    final float[] values = draw(2, WEIGHT);
    double product = 0;
    for (int i = 0; i + 1 < values.length; i++) {
      product += values[i] * (double) values[i + 1] * 144 / values.length;
    }
    assertThat(product).isCloseTo(0, within(0.037));
  }

  @Test
  void biasIsUniformWithinItsBound() {
    final float[] values = draw(3, LayerTensor.linearBias(4000, 16).named("b"));
    float most = 0;
    double mean = 0;
    for (final float value : values) {
      most = Math.max(most, Math.abs(value));
      mean += value / values.length;
    }
    assertThat(most).isBetween(0.249f, 0.25f);
    assertThat(mean).isCloseTo(0, within(0.0115));
  }

  @Test
  void normalisationStartsAsIdentity() {
    for (final LayerTensor tensor : Layer.BatchNorm.of(3).tensors()) {
      final float expected = tensor.role() == Role.SCALE || tensor.role() == Role.VARIANCE ? 1 : 0;
      assertThat(draw(4, tensor.named("bn"))).as("%s", tensor.role()).containsOnly(expected);
    }
  }

  @Test
  void valuesDependOnSeedAndName() {
    final float[] values = draw(5, WEIGHT);
    assertThat(draw(5, WEIGHT)).isEqualTo(values);
    assertThat(draw(6, WEIGHT)).doesNotContain(values[0]);
    assertThat(draw(5, LayerTensor.convolution(0, 64, 32, Extent.square(3)).named("v")))
        .doesNotContain(values[0]);
  }

  @Test
  void valuesAreTheSameOnEveryMachine() {
    final float[] values = draw(0, LayerTensor.linear(1, 3).named("classifier.weight"));
    // From a transcription of the formulas into Python.
    assertThat(values).containsExactly(1.5735146f, -0.5299767f, -0.06343367f);
  }

  @Test
  void aTableIsItsTensorsOneAfterAnother() {
    final SearchSpace space = SearchSpace.naoSmall();
    final ParameterTable table =
        NetworkFamilies.standalone(space, NetworkShape.cifar10(1, 3))
            .program(space.random(new Random(1)))
            .table();
    final float[] all = new Initializer(7).values(table);
    assertThat(all).hasSize(table.elements());
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec parameter = table.parameters().get(i);
      final int offset = table.offset(i);
      assertThat(Arrays.copyOfRange(all, offset, offset + (int) parameter.elements()))
          .as(parameter.name())
          .isEqualTo(draw(7, parameter));
    }
  }
}
