package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.Proposer;
import org.nao.engine.Device;
import org.nao.network.NetworkShape;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Constraints;
import org.nao.search.session.Pool;
import org.nao.search.session.ScoredArchitecture;
import org.nao.search.session.SearchObjective;
import org.nao.search.tokens.Duplicates;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** The controller of the quick preset, trained as the preset says on as few architectures. */
class CandidateGeneratorTest {
  private static final SearchConfig CONFIG = Presets.of("nao-v2", "quick");
  private static final SearchSpace SPACE = CONFIG.searchSpace();
  private static final long SEED = 11;

  @Test
  void theQuickPresetFindsItsNewArchitecturesNearTheBest() {
    final ArchitectureTokens tokens = new ArchitectureTokens(SPACE);
    final Pool pool =
        new Pool(Duplicates.CANONICAL, new Constraints(SPACE, NetworkShape.cifar10(1, 4), 0, 0));
    pool.addRandom(CONFIG.initialPool(), new SplittableRandom(SEED));
    final List<Architecture> random = pool.architectures();
    final List<Double> scores = random.stream().map(CandidateGeneratorTest::convolutions).toList();
    try (Device device = Device.open("cpu", 1);
        Controller controller =
            new Controller(tokens.layout(), CONFIG.controller(), SEED, device)) {
      controller.train(
          random.stream().map(tokens::encode).toList(),
          scores.stream().mapToDouble(Double::doubleValue).toArray(),
          SEED,
          epoch -> {},
          () -> false);
      final List<Architecture> seeds =
          pool.ranked(scores, SearchObjective.ACCURACY).stream()
              .limit(CONFIG.seeds())
              .map(ScoredArchitecture::architecture)
              .toList();
      final List<Architecture> added =
          new CandidateGenerator(controller, tokens, new Proposer(1, CONFIG.maxStepSize(), 1))
              .propose(pool, seeds, CONFIG.newArchitectures(), () -> false);
      assertThat(added).as("seed %d", SEED).hasSize(CONFIG.newArchitectures());
      assertThat(pool.size()).isEqualTo(CONFIG.initialPool());
      assertThat(mean(added)).as("seed %d", SEED).isGreaterThan(mean(random));

      // Of more, the ones that are predicted most of.
      final List<Architecture> chosen =
          new CandidateGenerator(controller, tokens, new Proposer(1, CONFIG.maxStepSize(), 3))
              .propose(pool, seeds, CONFIG.newArchitectures(), () -> false);
      final double[] predicted = predictions(controller, tokens, chosen);
      assertThat(chosen).doesNotHaveDuplicates().hasSize(CONFIG.newArchitectures());
      for (int i = 1; i < predicted.length; i++) {
        assertThat(predicted[i]).isLessThanOrEqualTo(predicted[i - 1]);
      }
      assertThat(Arrays.stream(predicted).average().orElseThrow())
          .isGreaterThan(
              Arrays.stream(predictions(controller, tokens, added)).average().orElseThrow());
    }
  }

  private static double[] predictions(
      Controller controller, ArchitectureTokens tokens, List<Architecture> architectures) {
    return controller.predict(architectures.stream().map(tokens::encode).toList());
  }

  private static double mean(List<Architecture> architectures) {
    return architectures.stream()
        .mapToDouble(CandidateGeneratorTest::convolutions)
        .average()
        .orElseThrow();
  }

  /** Separable convolutions, which have the ids 0 and 1. */
  private static double convolutions(Architecture architecture) {
    return Stream.of(architecture.normal(), architecture.reduction())
        .flatMap(cell -> cell.nodes().stream())
        .mapToInt(node -> (node.op1() < 2 ? 1 : 0) + (node.op2() < 2 ? 1 : 0))
        .sum();
  }
}
