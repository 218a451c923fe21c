package org.nao.oracle;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneProgram;
import org.nao.network.SupernetProgram;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** Random architectures as whole networks: training steps and evaluations agree with libtorch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkOracleTest {

  /** Float32 sums through some thirty layers against float64 ones. */
  private static final Agreement AGREEMENT = new Agreement(1e-4, 1e-3);

  private static final SearchSpace SPACE = SearchSpace.naoSmall();
  private static final int CLASSES = 10;

  private Devices devices;

  @BeforeAll
  void open() {
    devices = new Devices(2);
  }

  @AfterAll
  void close() {
    devices.close();
  }

  /** {@code kept}: by drop-path and dropout; below 1 unused parameters are updated, too. */
  @ParameterizedTest(
      name =
          "{0}, C {1}, images {2} x {3} x {3}, batch {4}, auxiliary {5}, smoothing {6}, kept {8}, seed {9}")
  @CsvSource({
    "SUPERNET,   4, 3,  8, 17, false, 0,   false, 1,   10",
    "SUPERNET,   3, 1, 12,  5, true,  0.1, true,  1,   20",
    "SUPERNET,   4, 3, 32,  3, false, 0.1, true,  0.7, 30",
    "SUPERNET,   4, 1,  8, 17, true,  0,   false, 0.5, 40",
    "STANDALONE, 4, 3,  8, 17, true,  0.1, true,  1,   50",
    "STANDALONE, 3, 1, 12,  5, false, 0,   false, 1,   60",
    "STANDALONE, 4, 3, 32,  3, true,  0,   true,  0.7, 70",
    "STANDALONE, 6, 1, 12, 19, true,  0.1, false, 0.5, 80",
  })
  void stepsAndEvaluationsAgree(
      Kind kind,
      int channels,
      int imageChannels,
      int side,
      int batch,
      boolean auxiliary,
      float labelSmoothing,
      boolean nesterov,
      float kept,
      long seed) {
    final NetworkShape shape =
        new NetworkShape(1, channels, imageChannels, side, side, CLASSES, auxiliary);
    final Training training =
        Training.builder()
            .weightDecay(0.01f)
            .clipNorm(0.5f)
            .nesterov(nesterov)
            .labelSmoothing(labelSmoothing)
            .dropPathKeep(kept)
            .dropoutKeep(kept)
            .totalSteps(3)
            .idleUpdate(kept < 1)
            .seed(seed << Integer.SIZE | seed)
            .build();
    devices.compare(drawn -> kind.scenario(shape, training, batch, drawn), seed, AGREEMENT);
  }

  /** Which weights an architecture runs on. */
  enum Kind {
    SUPERNET,
    STANDALONE;

    Scenario scenario(NetworkShape shape, Training training, int batch, long seed) {
      final Architecture architecture = SPACE.random(new SplittableRandom(seed));
      final ParameterTable table;
      final int[] words;
      if (this == SUPERNET) {
        final SupernetProgram supernet = new SupernetProgram(SPACE, shape);
        table = supernet.table();
        words = supernet.words(architecture);
      } else {
        final StandaloneProgram network = StandaloneProgram.of(SPACE, shape, architecture);
        table = network.table();
        words = network.words();
      }
      final String name =
          "%s of %s, %s"
              .formatted(this, ArchitectureFormat.integers(SPACE).write(architecture), shape);
      return Scenario.random(name, words, table.parameters(), seed, batch, training, 2);
    }
  }
}
