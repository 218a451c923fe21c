package org.nao.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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

  /** The first difference that is too large. */
  Optional<Difference> difference(Run expected, Run found) {
    List<double[]> expectedBefore = start(expected.scenario());
    List<double[]> foundBefore = start(found.scenario());
    for (int pass = 0; pass < expected.outcomes().size(); pass++) {
      final Outcome e = expected.outcomes().get(pass);
      final Outcome f = found.outcomes().get(pass);
      final List<Change> changes = new ArrayList<>();
      for (int i = 0; i < expectedBefore.size(); i++) {
        final double[] expectedChange = change(expectedBefore.get(i), e.values().get(i));
        final double[] foundChange = change(foundBefore.get(i), f.values().get(i));
        final double tolerance = ofChange(expectedChange, e.values().get(i), e.gradientNorm());
        changes.add(new Change(expectedChange, foundChange, tolerance));
      }
      final Optional<String> forward = ofForward(expected.scenario(), e, f, changes);
      final Optional<String> any = forward.or(() -> ofBackward(expected.scenario(), e, f, changes));
      if (any.isPresent()) {
        final String text = expected.scenario().pass(pass) + ": " + any.get();
        return Optional.of(new Difference(pass, forward.isPresent(), text));
      }
      expectedBefore = e.values();
      foundBefore = f.values();
    }
    return Optional.empty();
  }

  /** What a pass did to a tensor's values. */
  private record Change(double[] expected, double[] found, double tolerance) {
    Optional<String> difference(ParameterSpec tensor) {
      return first("change of " + tensor.name(), found, expected, tolerance);
    }
  }

  private Optional<String> ofForward(
      Scenario scenario, Outcome expected, Outcome found, List<Change> changes) {
    final double tolerance = logits * largest(expected.logits());
    return first("logit", found.logits(), expected.logits(), tolerance)
        .or(() -> first("loss", one(found.loss()), one(expected.loss()), tolerance))
        .or(() -> first("correct", one(found.correct()), one(expected.correct()), 0))
        .or(
            () ->
                firstOf(
                    scenario,
                    i ->
                        scenario.tensors().get(i).trainable()
                            ? Optional.empty()
                            : changes.get(i).difference(scenario.tensors().get(i))));
  }

  private Optional<String> ofBackward(
      Scenario scenario, Outcome expected, Outcome found, List<Change> changes) {
    final double norm = expected.gradientNorm();
    return first("gradient norm", one(found.gradientNorm()), one(norm), gradients * norm)
        .or(
            () ->
                firstOf(
                    scenario,
                    i ->
                        ofGradients(
                            scenario.tensors().get(i).name(),
                            expected.gradients().get(i),
                            found.gradients().get(i),
                            norm)))
        .or(() -> firstOf(scenario, i -> changes.get(i).difference(scenario.tensors().get(i))));
  }

  private static Optional<String> firstOf(
      Scenario scenario, IntFunction<Optional<String>> difference) {
    return IntStream.range(0, scenario.tensors().size())
        .mapToObj(difference)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> ofGradients(
      String tensor, Optional<double[]> expected, Optional<double[]> found, double norm) {
    if (expected.isEmpty() || found.isEmpty()) {
      return expected.isEmpty() == found.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "gradient of %s is %s"
                  .formatted(tensor, found.isEmpty() ? "missing" : "there, expected none"));
    }
    final double tolerance = gradients * largest(expected.get()) + CANCELLED * norm;
    return first("gradient of " + tensor, found.get(), expected.get(), tolerance);
  }

  /** Nothing for what a pass leaves alone: it keeps its bits. */
  private double ofChange(double[] change, double[] after, double gradientNorm) {
    final double largest = largest(change);
    return largest == 0
        ? 0
        : gradients * largest + ROUNDING * largest(after) + CANCELLED * gradientNorm;
  }

  private static Optional<String> first(
      String what, double[] found, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
        return Optional.of(
            "%s [%d] is %g, expected %g within %g"
                .formatted(what, i, found[i], expected[i], tolerance));
      }
    }
    return Optional.empty();
  }

  private static double largest(double[] values) {
    return DoubleStream.of(values).map(Math::abs).max().orElse(0);
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  private static double[] change(double[] before, double[] after) {
    final double[] change = after.clone();
    for (int i = 0; i < change.length; i++) {
      change[i] -= before[i];
    }
    return change;
  }

  private static List<double[]> start(Scenario scenario) {
    return scenario.values().stream().map(Doubles::of).toList();
  }
}
