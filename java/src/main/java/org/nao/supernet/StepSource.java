package org.nao.supernet;

import java.util.List;
import java.util.random.RandomGenerator;
import org.nao.network.NetworkShape;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Which architectures the steps of one-shot training take, as many in each. */
public interface StepSource {

  /** Architectures of a step. */
  int perStep();

  /**
   * Draws the architectures of the next steps, those of a step one after another; they depend on
   * nothing but the generator.
   */
  List<Architecture> draw(RandomGenerator random, int steps);

  /** Steps of architectures that know nothing of each other. */
  static StepSource independent(ArchitectureSource source, int perStep) {
    return new StepSource() {
      @Override
      public int perStep() {
        return perStep;
      }

      @Override
      public List<Architecture> draw(RandomGenerator random, int steps) {
        return source.draw(random, Math.multiplyExact(steps, perStep));
      }
    };
  }

  /**
   * Steps of {@code perStep} architectures.
   *
   * @param source of those that the way of sampling leaves to chance
   * @param shape for the model sizes
   */
  static StepSource of(
      Sampling sampling,
      int perStep,
      ArchitectureSource source,
      SearchSpace space,
      NetworkShape shape) {
    return switch (sampling) {
      case PROPORTIONAL, UNIFORM -> independent(source, perStep);
      case FAIR -> new FairSteps(space, perStep);
      case SANDWICH -> new SandwichSteps(space, shape, source, perStep);
    };
  }
}
