package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.data.Split;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.TensorArray;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.StopRequest;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.Images;
import org.nao.training.Recipe;
import org.nao.training.TrainingLoop;

/** What one step, and one evaluation, of one architecture does to each tensor of the supernet. */
class SupernetTrainingTest {
  private static final int IMAGES = 24;
  private static final NetworkShape SHAPE = new NetworkShape(1, 4, 3, 8, 8, 4, false);
  private static final SearchSpace SPACE = SearchSpace.naoSmall();
  private static final Recipe RECIPE =
      new Recipe(0.1, 0, 0.9, 0.01, 5, 1, 1, 0, false, 0, false, 0);
  private static final TrainingLoop.Observer NOBODY =
      new TrainingLoop.Observer() {
        @Override
        public void stepsDone(long step, double loss) {}

        @Override
        public void epochDone(int epoch, long step, double loss, double accuracy) {}
      };

  private final Architecture architecture = SPACE.random(new SplittableRandom(2));
  private final ParameterTable table = NetworkFamilies.supernet(SPACE, SHAPE).table();
  private Device device;
  private Supernet supernet;
  private Dataset dataset;
  private boolean[] used;

  @BeforeEach
  void open() {
    device = Device.open("cpu", 2);
    supernet = new Supernet(device, SPACE, SHAPE);
    supernet.initialize(3);
    used = supernet.program(architecture).used();
    final byte[] pixels = new byte[IMAGES * 3 * 8 * 8];
    new Random(5).nextBytes(pixels);
    dataset =
        Dataset.create(
            device,
            pixels,
            new Random(6).ints(IMAGES, 0, 4).toArray(),
            3,
            8,
            8,
            4,
            new float[] {0.5f, 0.5f, 0.5f},
            new float[] {0.3f, 0.3f, 0.3f});
  }

  @AfterEach
  void close() {
    device.close();
  }

  private float[][] tensors() {
    final float[][] tensors = new float[table.size()][];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = supernet.network().read(TensorArray.VALUE, i);
    }
    return tensors;
  }

  private void trainOneStep(boolean idleDecay) {
    trainOneStep(supernet, architecture, idleDecay);
  }

  private void trainOneStep(Supernet net, Architecture trained, boolean idleDecay) {
    final SupernetTraining training =
        training(net, StepSource.independent(random -> trained, 1), idleDecay, IMAGES);
    assertThat(training.run(0, 1, new StopRequest(), NOBODY)).isEqualTo(1);
  }

  private SupernetTraining training(Supernet net, StepSource source, boolean idleDecay, int batch) {
    final int[] all = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      all[i] = i;
    }
    return new SupernetTraining(
        net,
        source,
        new Images(dataset, new Split(all, new int[0])),
        RECIPE,
        idleDecay,
        1,
        batch,
        7);
  }

  @Test
  void aStepOfSeveralArchitecturesTrainsWhatAnyUsesAndNothingElse() {
    final Architecture other = SPACE.random(new SplittableRandom(9));
    final Iterator<Architecture> both = List.of(architecture, other, architecture).iterator();
    final float[][] start = tensors();
    final SupernetTraining training =
        training(supernet, StepSource.independent(random -> both.next(), 3), false, IMAGES / 3);
    assertThat(training.stepsPerEpoch()).isEqualTo(1);
    assertThat(training.run(0, 1, new StopRequest(), NOBODY)).isEqualTo(1);
    final float[][] trained = tensors();
    final boolean[] usedByOther = supernet.program(other).used();
    int shared = 0;
    int idle = 0;
    for (int i = 0; i < start.length; i++) {
      final String name = table.parameters().get(i).name();
      if (used[i] || usedByOther[i]) {
        assertThat(trained[i]).as(name).isNotEqualTo(start[i]);
        shared += used[i] && usedByOther[i] ? 1 : 0;
      } else {
        assertThat(trained[i]).as(name).isEqualTo(start[i]);
        idle++;
      }
    }
    assertThat(shared).isPositive();
    assertThat(idle).isPositive();
  }

  @Test
  void aStepTakesNoMoreImagesThanThereAre() {
    assertThatThrownBy(
            () -> training(supernet, StepSource.independent(random -> architecture, 4), false, 7))
        .hasMessageContaining("a step would take 4 x 7 images, more than the 24 training images");
  }

  /** As if a step had used every second tensor. */
  private void moveEverySecond() {
    for (int i = 0; i < table.size(); i += 2) {
      if (table.parameters().get(i).trainable()) {
        final float[] momentum = new float[(int) table.parameters().get(i).elements()];
        Arrays.fill(momentum, 0.5f);
        supernet.network().write(TensorArray.MOMENTUM, i, momentum);
      }
    }
  }

  @Test
  void frozenWeightsStayAndIdleOnesDecayOnceTheyMoved() {
    final float[][] start = tensors();
    moveEverySecond();
    trainOneStep(false);
    final float[][] frozen = tensors();
    supernet.initialize(3);
    moveEverySecond();
    trainOneStep(true);
    final float[][] decayed = tensors();
    int idle = 0;
    for (int i = 0; i < start.length; i++) {
      final String name = table.parameters().get(i).name();
      if (used[i]) {
        assertThat(decayed[i]).as(name).isEqualTo(frozen[i]).isNotEqualTo(start[i]);
        continue;
      }
      assertThat(frozen[i]).as(name).isEqualTo(start[i]);
      if (i % 2 == 0 && table.parameters().get(i).trainable()) {
        for (int k = 0; k < start[i].length; k++) {
          assertThat(decayed[i][k])
              .as(name)
              .isCloseTo(start[i][k] - 0.1f * (0.45f + 0.01f * start[i][k]), within(1e-6f));
        }
        idle++;
      } else {
        assertThat(decayed[i]).as(name).isEqualTo(start[i]);
      }
    }
    assertThat(idle).isPositive();
  }

  /** Node 0 adds two convolutions of 3 x 3, and only a zero reads it. */
  @Test
  void whatIsBehindAZeroHasAGradientOfZero() {
    final SearchSpace space = SearchSpace.naoMiddle(2);
    final Architecture zeroed =
        ArchitectureFormat.integers(space).parse("0 2 1 2 2 0 0 1 0 1 1 1 0 1 2 1");
    final ParameterTable tensors = NetworkFamilies.supernet(space, SHAPE).table();
    try (Supernet net = new Supernet(device, space, SHAPE)) {
      net.initialize(4);
      final int behind = tensors.index("cells.0.ops.0.x_op.2.W1_pointwise.0");
      final int elsewhere = tensors.index("cells.0.ops.0.x_op.2.W1_pointwise.1");
      final float[] before = net.network().read(TensorArray.VALUE, behind);
      final float[] other = net.network().read(TensorArray.VALUE, elsewhere);
      assertThat(net.program(zeroed).used()[behind]).isFalse();
      trainOneStep(net, zeroed, true);
      final float[] after = net.network().read(TensorArray.VALUE, behind);
      for (int k = 0; k < before.length; k++) {
        assertThat(after[k]).isCloseTo(before[k] - 0.1f * 0.01f * before[k], within(1e-6f));
      }
      assertThat(after).isNotEqualTo(before);
      assertThat(net.network().read(TensorArray.VALUE, elsewhere)).isEqualTo(other);
    }
  }

  /** Where tensors decay, too: only weights do. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runningStatisticsBehindAZeroStay(boolean idleDecay) {
    final SearchSpace space = SearchSpace.naoMiddle(2);
    final Architecture zeroed =
        ArchitectureFormat.integers(space).parse("0 2 1 2 2 0 0 1 0 1 1 1 0 1 2 1");
    final Architecture read =
        ArchitectureFormat.integers(space).parse("0 2 1 2 2 1 0 1 0 1 1 1 0 1 2 1");
    final ParameterTable tensors = NetworkFamilies.supernet(space, SHAPE).table();
    try (Supernet net = new Supernet(device, space, SHAPE)) {
      net.initialize(4);
      final List<Integer> behind =
          IntStream.range(0, tensors.size())
              .filter(i -> !tensors.parameters().get(i).trainable())
              .filter(i -> tensors.parameters().get(i).name().startsWith("cells.0.ops.0."))
              .filter(i -> net.program(read).used()[i])
              .boxed()
              .toList();
      assertThat(behind).as("means and variances of four normalisations").hasSize(8);
      final int stem = tensors.index("stem.1.running_mean");
      final List<float[]> before = new ArrayList<>();
      behind.forEach(i -> before.add(net.network().read(TensorArray.VALUE, i)));
      final float[] stemBefore = net.network().read(TensorArray.VALUE, stem);
      trainOneStep(net, zeroed, idleDecay);
      assertThat(net.network().read(TensorArray.VALUE, stem)).isNotEqualTo(stemBefore);
      for (int i = 0; i < before.size(); i++) {
        assertThat(net.network().read(TensorArray.VALUE, behind.get(i)))
            .as(tensors.parameters().get(behind.get(i)).name())
            .isEqualTo(before.get(i));
      }
      trainOneStep(net, read, idleDecay);
      for (int i = 0; i < before.size(); i++) {
        assertThat(net.network().read(TensorArray.VALUE, behind.get(i)))
            .as(tensors.parameters().get(behind.get(i)).name())
            .isNotEqualTo(before.get(i));
      }
    }
  }

  @Test
  void onlyTheAuthorsEvaluationMovesRunningStatisticsAndNotThoseItReads() {
    trainOneStep(false);
    final float[][] trained = tensors();
    final double[] losses = new double[Statistics.values().length];
    for (final Statistics statistics : Statistics.values()) {
      losses[statistics.ordinal()] =
          supernet
              .network()
              .evaluate(
                  dataset,
                  statistics,
                  new Program[] {supernet.program(architecture)},
                  8,
                  new int[] {0, 1, 2, 3, 4, 5, 6, 7})
              .losses()[0];
      if (statistics != Statistics.AUTHORS) {
        assertThat(tensors()).as(statistics.toString()).isEqualTo(trained);
      }
    }
    assertThat(losses).doesNotHaveDuplicates();
    final float[][] after = tensors();
    int moved = 0;
    for (int i = 0; i < after.length; i++) {
      final String name = table.parameters().get(i).name();
      final boolean running = !table.parameters().get(i).trainable() && used[i];
      if (running && !name.startsWith("stem.") && !readsRunning(name)) {
        assertThat(after[i]).as(name).isNotEqualTo(trained[i]);
        moved++;
      } else {
        assertThat(after[i]).as(name).isEqualTo(trained[i]);
      }
    }
    assertThat(moved).isPositive();
  }

  private static boolean readsRunning(String name) {
    return name.contains("fac_");
  }
}
