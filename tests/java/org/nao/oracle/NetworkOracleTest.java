package org.nao.oracle;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.engine.Training;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NarrowNetwork;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneProgram;
import org.nao.network.Stem;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** Random architectures as whole networks: training steps and evaluations agree with libtorch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public class NetworkOracleTest {

  /** Float32 sums through some thirty layers against float64 ones. */
  private static final Agreement AGREEMENT = new Agreement(1e-4, 1e-3);

  private static final int CLASSES = 10;
  private static final int NODES = SearchSpace.DEFAULT_NODES;

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
          "{0}, {1}, C {2}, images {3} x {4} x {4}, batch {5}, auxiliary {6}, smoothing {7}, kept {9}, seed {10}")
  @CsvSource({
    "SUPERNET,   nao-small,  4, 3,  8, 17, false, 0,   false, 1,   10",
    "SUPERNET,   nao-small,  3, 1, 12,  5, true,  0.1, true,  1,   20",
    "SUPERNET,   nao-small,  4, 3, 32,  3, false, 0.1, true,  0.7, 30",
    "SUPERNET,   nao-small,  4, 1,  8, 17, true,  0,   false, 0.5, 40",
    "STANDALONE, nao-small,  4, 3,  8, 17, true,  0.1, true,  1,   50",
    "STANDALONE, nao-small,  3, 1, 12,  5, false, 0,   false, 1,   60",
    "STANDALONE, nao-small,  4, 3, 32,  3, true,  0,   true,  0.7, 71",
    "STANDALONE, nao-small,  6, 1, 12, 19, true,  0.1, false, 0.5, 80",
    "SUPERNET,   nao-middle, 4, 3,  8, 17, false, 0,   true,  1,   130",
    "SUPERNET,   nao-middle, 3, 1, 12,  5, true,  0.1, true,  0.7, 140",
    "STANDALONE, nao-middle, 4, 3, 32,  3, true,  0.1, true,  1,   150",
    "STANDALONE, nao-middle, 6, 1, 12,  5, false, 0,   false, 0.5, 160",
    "SUPERNET,   nasnet,     4, 3,  8, 17, false, 0,   true,  1,   210",
    "SUPERNET,   nasnet,     3, 1, 12,  5, true,  0.1, true,  0.7, 220",
    "STANDALONE, nasnet,     4, 3, 32,  3, true,  0.1, true,  1,   234",
    "STANDALONE, nasnet,     6, 1, 12,  5, false, 0,   false, 0.5, 240",
    "SUPERNET,   enas-micro, 4, 3,  8, 17, false, 0,   true,  1,   90",
    "SUPERNET,   enas-micro, 3, 1, 12,  5, true,  0.1, true,  0.7, 100",
    "STANDALONE, enas-micro, 4, 3,  8, 17, true,  0.1, true,  1,   110",
    "STANDALONE, enas-micro, 6, 1, 12,  5, false, 0,   false, 0.5, 120",
    "SUPERNET,   nasbench201, 4, 3,  8, 17, false, 0,   true,  1,   340",
    "SUPERNET,   nasbench201, 3, 1, 12,  5, false, 0.1, true,  0.7, 350",
    "STANDALONE, nasbench201, 4, 3,  8, 17, false, 0.1, true,  1,   360",
    "STANDALONE, nasbench201, 6, 1, 12,  5, false, 0,   false, 0.5, 370",
  })
  void stepsAndEvaluationsAgree(
      Kind kind,
      String space,
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
        training(kept).nesterov(nesterov).labelSmoothing(labelSmoothing).seed(seed(seed)).build();
    devices.compare(
        drawn ->
            kind.scenario(
                SearchSpace.named(space, SearchSpace.defaultNodes(space)),
                shape,
                training,
                batch,
                drawn),
        seed,
        AGREEMENT);
  }

  /** Zeros that convolutions read, cells of nothing else, and what nothing reads. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "SUPERNET,   |none~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|nor_conv_3x3~2|",
    "STANDALONE, |none~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|nor_conv_3x3~2|",
    "SUPERNET,   |none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "STANDALONE, |none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "SUPERNET,   |nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|avg_pool_3x3~0|nor_conv_3x3~1|none~2|",
    "STANDALONE, |nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|avg_pool_3x3~0|nor_conv_3x3~1|none~2|",
  })
  void cellsOnEdgesAgreeWhereTheyAreZero(Kind kind, String cell) {
    final SearchSpace space = SearchSpace.nasbench201();
    final NetworkShape shape = new NetworkShape(1, 4, 3, 8, 8, CLASSES, false);
    final Architecture architecture = ArchitectureFormat.parseAny(space, cell);
    devices.compare(
        drawn -> kind.scenario(space, shape, architecture, training(1).build(), 5, drawn),
        380,
        AGREEMENT);
  }

  /**
   * Nodes that are zero in both cells, one of them nothing but read, halving zeros, inputs that
   * only zeros read, and windows of 13 pixels on maps of at most 8.
   */
  @ParameterizedTest(name = "{0}, kept {1}, seed {2}")
  @CsvSource({
    "SUPERNET,   1,   170",
    "SUPERNET,   0.7, 180",
    "STANDALONE, 1,   190",
    "STANDALONE, 0.7, 200",
  })
  void zerosAndWideWindowsAgree(Kind kind, float kept, long seed) {
    final SearchSpace space = SearchSpace.naoMiddle(NODES);
    final NetworkShape shape = new NetworkShape(1, 4, 3, 8, 8, CLASSES, true);
    final Training training = training(kept).seed(seed(seed)).build();
    final Architecture architecture =
        ArchitectureFormat.integers(space)
            .parse(
                "0 0 1 0 2 7 1 1 2 4 3 0 0 6 2 8 4 2 3 9 "
                    + "0 7 1 0 0 0 1 0 3 4 0 5 1 0 0 0 5 6 3 9");
    devices.compare(
        drawn -> kind.scenario(space, shape, architecture, training, 5, drawn), seed, AGREEMENT);
  }

  @ParameterizedTest(name = "{0}, {1}, kept {2}, seed {3}")
  @CsvSource({
    "SUPERNET,   NASNet,    0.7, 250",
    "STANDALONE, NASNet,    1,   260",
    "SUPERNET,   AmoebaNet, 1,   270",
    "STANDALONE, AmoebaNet, 0.7, 280",
  })
  void publishedCellsAgree(Kind kind, String name, float kept, long seed) {
    final SearchSpace space = SearchSpace.nasnet(NODES);
    final NetworkShape shape = new NetworkShape(1, 4, 3, 8, 8, CLASSES, true);
    final Training training = training(kept).seed(seed(seed)).build();
    final Architecture architecture = ArchitectureFormat.parseAny(space, name);
    devices.compare(
        drawn -> kind.scenario(space, shape, architecture, training, 5, drawn), seed, AGREEMENT);
  }

  @ParameterizedTest(name = "{0}, images {1} x {1}")
  @CsvSource({
    "SMALL, 8, 17, 290",
    "BASIC, 32, 3, 300",
    "BOTTLENECK, 32, 5, 310",
    "INVERTED, 8, 17, 320",
    "INVERTED, 64, 3, 330",
  })
  void networksWithoutCellsAgree(NarrowNetwork network, int side, int batch, long seed) {
    final NetworkShape shape = new NetworkShape(1, 1, 3, side, side, CLASSES, false);
    final StandaloneProgram program = network.program(shape);
    final Training training = training(1).seed(seed(seed)).build();
    devices.compare(
        drawn ->
            Scenario.random(
                network.name(),
                program.words(),
                program.table().parameters(),
                drawn,
                batch,
                training,
                2),
        seed,
        AGREEMENT);
  }

  @ParameterizedTest(name = "{0}, kept {1}, seed {2}")
  @CsvSource({"nao-small, 0.7, 290", "darts, 1, 300"})
  void stemsForImageNetAgree(String space, float kept, long seed) {
    final NetworkShape shape =
        new NetworkShape(3, 4, 3, 64, 64, CLASSES, AuxiliaryHead.COPY, Stem.IMAGENET);
    final Training training = training(kept).seed(seed(seed)).build();
    devices.compare(
        drawn ->
            Kind.STANDALONE.scenario(
                SearchSpace.named(space, space.equals("darts") ? 4 : NODES),
                shape,
                training,
                3,
                drawn),
        seed,
        AGREEMENT);
  }

  private static Training.Builder training(float kept) {
    return Training.builder()
        .weightDecay(0.01f)
        .clipNorm(0.5f)
        .dropPathKeep(kept)
        .dropoutKeep(kept)
        .totalSteps(3)
        .idleUpdate(kept < 1);
  }

  private static long seed(long number) {
    return number << Integer.SIZE | number;
  }

  /** Which weights an architecture runs on. */
  enum Kind {
    SUPERNET,
    STANDALONE;

    Scenario scenario(
        SearchSpace space, NetworkShape shape, Training training, int batch, long seed) {
      return scenario(
          space, shape, space.random(new SplittableRandom(seed)), training, batch, seed);
    }

    Scenario scenario(
        SearchSpace space,
        NetworkShape shape,
        Architecture architecture,
        Training training,
        int batch,
        long seed) {
      final ParameterTable table;
      final int[] words;
      if (this == SUPERNET) {
        final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
        table = supernet.table();
        words = supernet.words(architecture);
      } else {
        final StandaloneProgram network =
            NetworkFamilies.standalone(space, shape).program(architecture);
        table = network.table();
        words = network.words();
      }
      final String name =
          "%s of %s %s, %s"
              .formatted(
                  this,
                  space.name(),
                  ArchitectureFormat.integers(space).write(architecture),
                  shape);
      return Scenario.random(name, words, table.parameters(), seed, batch, training, 2);
    }
  }
}
