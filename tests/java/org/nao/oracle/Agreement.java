package org.nao.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import org.nao.network.ParameterSpec;

/**
 * Compares what the engine leaves with what libtorch leaves.
 *
 * @param logits largest difference of a logit or the loss, as a share of the largest logit
 * @param gradients largest difference of a gradient, or of a parameter's or buffer's change, as a
 *     share of its tensor's largest
 */
record Agreement(double logits, double gradients) {

  /**
   * Gradients that cancel to nothing, as of weights whose scale the next normalisation takes out
   * again, leave this share of the gradient norm in float32.
   */
  private static final double CANCELLED = 1e-6;

  /** What the rounding of two float32 values adds to their difference, as a share of the larger. */
  private static final double ROUNDING = 0x1.0p-23;

  /** Fails the test at the first difference, saying where it is. */
  void check(Scenario scenario, String device, List<Outcome> expected, List<Outcome> found) {
    assertThat(found).hasSameSizeAs(expected);
    final double[][] start =
        scenario.values().stream().map(Agreement::widened).toArray(double[][]::new);
    double[][] expectedBefore = start;
    double[][] foundBefore = start;
    for (int pass = 0; pass < expected.size(); pass++) {
      final Outcome e = expected.get(pass);
      final Outcome f = found.get(pass);
      final String where = "%s on %s, %s: ".formatted(scenario, device, scenario.pass(pass));
      checkResult(where, e, f);
      for (int i = 0; i < start.length; i++) {
        final ParameterSpec tensor = scenario.tensors().get(i);
        checkGradient(where + "gradient of " + tensor.name(), e, f, i);
        final double[] expectedChange = difference(e.values()[i], expectedBefore[i]);
        final double[] foundChange = difference(f.values()[i], foundBefore[i]);
        final double largest = largest(expectedChange);
        // What a pass leaves alone must keep its bits.
        final double tolerance =
            largest == 0
                ? 0
                : gradients * largest
                    + ROUNDING * largest(e.values()[i])
                    + CANCELLED * e.gradientNorm();
        close(where + "change of " + tensor.name(), foundChange, expectedChange, tolerance);
      }
      expectedBefore = e.values();
      foundBefore = f.values();
    }
  }

  private void checkResult(String where, Outcome expected, Outcome found) {
    final double tolerance = logits * largest(expected.logits());
    close(where + "logit", found.logits(), expected.logits(), tolerance);
    close(where + "loss", one(found.loss()), one(expected.loss()), tolerance);
    assertThat(found.correct()).as(where + "correct").isEqualTo(expected.correct());
    final double norm = expected.gradientNorm();
    close(where + "gradient norm", one(found.gradientNorm()), one(norm), gradients * norm);
  }

  private void checkGradient(String what, Outcome expected, Outcome found, int tensor) {
    final double[] e = expected.gradients()[tensor];
    final double[] f = found.gradients()[tensor];
    if (e == null || f == null) {
      assertThat(f).as(what).isEqualTo(e);
    } else {
      close(what, f, e, gradients * largest(e) + CANCELLED * expected.gradientNorm());
    }
  }

  private static void close(String what, double[] found, double[] expected, double tolerance) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "%s [%d] is %g, expected %g within %g"
                .formatted(what, i, found[i], expected[i], tolerance));
      }
    }
  }

  private static double largest(double[] values) {
    return DoubleStream.of(values).map(Math::abs).max().orElse(0);
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  private static double[] difference(double[] left, double[] right) {
    final double[] difference = left.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= right[i];
    }
    return difference;
  }

  private static double[] widened(float[] values) {
    final double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
