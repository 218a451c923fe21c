package org.nao.training.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Scores of cases that are worked by hand. */
class ScoreFormulasTest {
  private static Maps maps(int images, int channels, int height, int width, double... values) {
    return new Maps(images, channels, height, width, values);
  }

  /** Of 2 x 2 correlations 1 and r the eigenvalues are 1 + r and 1 - r. */
  @Test
  void jacobianCovarianceIsOfTheEigenvalues() {
    final double k = 1e-5;
    // No correlation: both eigenvalues are 1.
    assertThat(JacobianCovariance.of(maps(2, 1, 1, 4, 1, 1, -1, -1, 1, -1, 1, -1)))
        .isEqualTo(-2 * (Math.log(1 + k) + 1 / (1 + k)), within(1e-9));
    // The second is three times the first and 5: eigenvalues 2 and 0.
    assertThat(JacobianCovariance.of(maps(2, 1, 1, 3, 1, 2, 4, 8, 11, 17)))
        .isEqualTo(-(Math.log(2 + k) + 1 / (2 + k) + Math.log(k) + 1 / k), within(1e-3));
    assertThat(JacobianCovariance.of(maps(2, 1, 1, 2, 1, 1, 0, 1))).isNaN();
  }

  /** Two batches: the deviation is half the difference. */
  @Test
  void zicoIsOfMeansAndDeviations() {
    final List<float[]> one = List.of(new float[] {1, 2, -4}, new float[] {1});
    final List<float[]> other = List.of(new float[] {3, 2, 2}, new float[] {5});
    // 2 / 1, nothing of the weight without deviation, 3 / 3; then 3 / 2.
    assertThat(Zico.of(List.of(one, other)))
        .isEqualTo(Math.log(2 + 1) + Math.log(1.5), within(1e-12));
    assertThat(Zico.of(List.of(one, one))).isZero();
  }

  @Test
  void entropyIsOfTheSharesOfPrincipalComponents() {
    // Two channels that do not depend on each other, with the same variance.
    assertThat(AzNas.entropy(maps(1, 2, 2, 2, 1, 1, -1, -1, 5, 3, 5, 3)))
        .isEqualTo(Math.log(2), within(1e-6));
    // One channel is twice the other: one component.
    assertThat(AzNas.entropy(maps(2, 2, 1, 2, 1, 2, 2, 4, 0, 5, 0, 10))).isEqualTo(0, within(1e-6));
    // Variances 9 and 1.
    assertThat(AzNas.entropy(maps(1, 2, 2, 2, 3, 3, -3, -3, 1, -1, 1, -1)))
        .isEqualTo(-0.9 * Math.log(0.9) - 0.1 * Math.log(0.1), within(1e-6));
  }

  @Test
  void progressivityIsTheLeastGrowth() {
    assertThat(AzNas.progressivity(new double[] {1, 3, 2.5, 4})).isEqualTo(-0.5);
    assertThat(AzNas.expressivity(new double[] {1, 3, 2.5, 4})).isEqualTo(10.5);
  }

  /** One output with the weights 3 and 4: the gradients are these times the sign. */
  @Test
  void trainabilityIsOfTheSpectralNorm() {
    assertThat(AzNas.trainability(maps(1, 1, 1, 2, 1, -1), maps(1, 2, 1, 2, 3, -3, 4, -4)))
        .isEqualTo(2 - 5 - 1 / 5.0, within(1e-6));
    // The sum over 2 x 2 pixels, each a variable of its own, with weight 1/2: the norm is 1.
    assertThat(AzNas.trainability(maps(1, 1, 1, 1, -1), maps(1, 1, 2, 2, -.5, -.5, -.5, -.5)))
        .isEqualTo(0, within(1e-5));
    // Halved in both directions: weights 3, 0, 0, 4 of the four pixels of each output.
    assertThat(
            AzNas.trainability(maps(1, 1, 1, 2, 1, -1), maps(1, 1, 2, 4, 3, 0, -3, 0, 0, 4, 0, -4)))
        .isEqualTo(2 - 5 - 1 / 5.0, within(1e-6));
    final Maps signs = maps(1, 1, 1, 2, 1, -1);
    assertThat(AzNas.trainability(signs, maps(1, 1, 1, 2, 1, -1)))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  /** Ranks 2, 3, 1 and 2.5, 1, 2.5 of three. */
  @Test
  void totalsAreOfRanks() {
    final double[] total =
        AzNas.total(
            List.of(new double[] {5, 7}, new double[] {9, Double.NaN}, new double[] {-3, 7}));
    assertThat(total[0]).isEqualTo(Math.log(2 / 3.0) + Math.log(2.5 / 3), within(1e-12));
    assertThat(total[1]).isEqualTo(Math.log(3 / 3.0) + Math.log(1 / 3.0), within(1e-12));
    assertThat(total[2]).isEqualTo(Math.log(1 / 3.0) + Math.log(2.5 / 3), within(1e-12));
  }
}
