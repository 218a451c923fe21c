package org.nao.training.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.data.DataSource;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.error.UserException;
import org.nao.network.Initializer;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.ProgramOperation;
import org.nao.network.StandaloneProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.Images;
import org.nao.training.Networks;

class UntrainedScoresTest {
  private static final int IMAGES = 4;
  private static final long SEED = 3;
  private static final NetworkShape SHAPE = new NetworkShape(1, 4, 1, 8, 8, 5, false);

  private static StandaloneProgram random(String name) {
    final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name));
    final NetworkShape shape = space.isDarts() ? new NetworkShape(3, 4, 1, 8, 8, 5, false) : SHAPE;
    return NetworkFamilies.standalone(space, shape).program(space.random(new SplittableRandom(6)));
  }

  private static PlainNetwork plain(StandaloneProgram program, float[] values, boolean normalised) {
    final ParameterTable table = program.table();
    return new PlainNetwork(
        ProgramOperation.of(program.words()),
        index ->
            IntStream.range(table.offset(index), table.offset(index + 1))
                .mapToDouble(i -> normalised ? values[i] : Math.abs(values[i]))
                .toArray(),
        normalised,
        maps -> {});
  }

  /** The classifier's bias, which the plain network leaves out, is 0. */
  private static float[] values(ParameterTable table) {
    final float[] values = new Initializer(SEED).values(table);
    final int bias = table.index("classifier.bias");
    Arrays.fill(values, table.offset(bias), table.offset(bias + 1), 0);
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "nao-middle", "nasnet", "darts", "nasbench201"})
  void plainLogitsAreTheEngines(String space) {
    final StandaloneProgram made = random(space);
    final float[] values = values(made.table());
    final Maps images = Maps.of(IMAGES, 1, 8, 8);
    final SplittableRandom random = new SplittableRandom(2);
    Arrays.setAll(images.values(), i -> (float) (random.nextDouble() * 2 - 1));
    final float[] pixels = new float[images.values().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) images.values()[i];
    }
    try (Device device = Device.open("cpu", 1);
        Network network = Networks.create(device, made.table());
        Program program = Program.create(network, made.words())) {
      network.writeAll(TensorArray.VALUE, values);
      final float[] logits =
          network.forward(program, pixels, new int[IMAGES], Statistics.BATCH).logits();
      final double[] plain = plain(made, values, true).forward(images).values();
      final double most = Arrays.stream(plain).map(Math::abs).max().orElseThrow();
      assertThat(plain).hasSize(logits.length);
      for (int i = 0; i < logits.length; i++) {
        assertThat((double) logits[i]).isEqualTo(plain[i], within(1e-4 * most));
      }
    }
  }

  /** By how a sum of the logits times factors grows where the images move in some direction. */
  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "nao-middle", "nasnet", "darts", "nasbench201"})
  void gradientsInImagesAreSlopes(String space) {
    final StandaloneProgram made = random(space);
    final PlainNetwork network = plain(made, values(made.table()), true);
    final SplittableRandom random = new SplittableRandom(8);
    final Maps images = Maps.of(IMAGES, 1, 8, 8);
    final Maps direction = images.zeros();
    Arrays.setAll(images.values(), i -> random.nextDouble() * 2 - 1);
    Arrays.setAll(direction.values(), i -> random.nextDouble() * 2 - 1);
    final Maps factors = AzNas.signs(network.forward(images), random);
    final int logits = ProgramOperation.of(made.words()).size() - 1;
    final Maps gradients = network.gradient(logits, factors, 0);
    final double step = 1e-6;
    final double slope =
        (network.forward(moved(images, direction, step)).dot(factors)
                - network.forward(moved(images, direction, -step)).dot(factors))
            / (2 * step);
    assertThat(Math.abs(slope)).isGreaterThan(1e-3);
    assertThat(gradients.dot(direction)).isEqualTo(slope, within(1e-4 * Math.abs(slope)));
  }

  private static Maps moved(Maps images, Maps direction, double step) {
    final Maps moved = images.zeros();
    Arrays.setAll(moved.values(), i -> images.values()[i] + step * direction.values()[i]);
    return moved;
  }

  /** From the last cell to the one before it, and from there to the images: the whole way. */
  @Test
  void gradientsBetweenCellsArePartsOfTheWhole() {
    final StandaloneProgram made = random("nasbench201");
    final PlainNetwork network = plain(made, values(made.table()), true);
    final Maps images = Maps.of(IMAGES, 1, 8, 8);
    final SplittableRandom random = new SplittableRandom(8);
    Arrays.setAll(images.values(), i -> random.nextDouble() * 2 - 1);
    network.forward(images);
    assertThat(made.cells()).hasSize(5).isSorted();
    final int last = made.cells().get(4);
    final int before = made.cells().get(3);
    final Maps factors = AzNas.signs(network.value(last), random);
    final Maps half = network.gradient(last, factors, before);
    assertThat(half.channels()).isEqualTo(network.value(before).channels());
    final double[] whole = network.gradient(last, factors, 0).values();
    final double[] inTwo = network.gradient(before, half, 0).values();
    for (int i = 0; i < whole.length; i++) {
      assertThat(inTwo[i]).isEqualTo(whole[i], within(1e-9));
    }
  }

  /** By how the sum of the logits grows with the weights of each layer, one layer after another. */
  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "nao-middle", "nasnet", "darts", "nasbench201"})
  void theFlowIsTheSumOfWeightsTimesSlopes(String space) {
    final StandaloneProgram made = random(space);
    final Maps ones = Maps.of(1, 1, 8, 8);
    Arrays.fill(ones.values(), 1);
    final float[] values = values(made.table());
    final PlainNetwork network = plain(made, values, false);
    network.forward(ones);
    final double flow = network.flow();
    double slopes = 0;
    for (int i = 0; i < made.table().size(); i++) {
      if (made.table().parameters().get(i).shape().size() > 1) {
        slopes += (sum(made, values, i, 1.25f, ones) - sum(made, values, i, 0.75f, ones)) / 0.5;
      }
    }
    assertThat(flow).isPositive().isEqualTo(slopes, within(1e-6 * flow));
  }

  /** The sum of the logits where a tensor is multiplied, in which it is linear. */
  private static double sum(
      StandaloneProgram made, float[] values, int tensor, float factor, Maps ones) {
    final float[] changed = values.clone();
    for (int i = made.table().offset(tensor); i < made.table().offset(tensor + 1); i++) {
      changed[i] *= factor;
    }
    return Arrays.stream(plain(made, changed, false).forward(ones).values()).sum();
  }

  @Test
  void scoresAreOfTheirDefinitions() {
    final SearchSpace space = SearchSpace.nasbench201();
    final ImageSet set = DataSource.resolve("fashion-mnist-mini").load(ImageForm.of(0)).training();
    final NetworkShape shape =
        new NetworkShape(1, 4, set.channels(), set.height(), set.width(), set.classes(), false);
    final Architecture cell =
        ArchitectureFormat.parseAny(
            space, "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|nor_conv_1x1~1|none~2|");
    final int[] batch = {5, 9, 40, 41, 77};
    try (Device device = Device.open("cpu", 1)) {
      final Dataset dataset = Images.load(device, set, new Split(new int[0], new int[0])).dataset();
      final UntrainedScores scores =
          new UntrainedScores(space, shape, device, set, dataset, batch, SEED);
      final Set<Score> each = EnumSet.complementOf(EnumSet.of(Score.AZ_NAS));
      final Map<Score, Double> found = scores.of(cell, each);
      assertThat(found).containsOnlyKeys(each);
      assertThat(found.values()).allSatisfy(value -> assertThat(value).isFinite());
      assertThat(scores.of(cell, EnumSet.of(Score.SNIP, Score.NASWOT)))
          .containsOnlyKeys(Score.SNIP, Score.NASWOT)
          .allSatisfy((score, value) -> assertThat(value).isEqualTo(found.get(score)));
      // A convolution 3x3 and one 1x1 in a cell of 4, of 8 and of 16 channels.
      assertThat(found.get(Score.LIVE_WEIGHTS)).isEqualTo((9 + 1) * (16 + 64 + 256));
      final double[] stepped = normAndProducts(device, space, shape, cell, set, batch);
      assertThat(found.get(Score.GRADIENT_NORM)).isEqualTo(stepped[0], within(1e-3));
      assertThat(found.get(Score.SNIP)).isEqualTo(stepped[1], within(1e-4 * stepped[1]));
      // The entropies of five cells, of 4, 8, 8, 16 and 16 channels.
      assertThat(found.get(Score.EXPRESSIVITY))
          .isBetween(0.0, Math.log(4) + 2 * Math.log(8) + 2 * Math.log(16));
      assertThat(found.get(Score.TRAINABILITY)).isLessThanOrEqualTo(0);
      // As many units agree of an image with itself as there are.
      final double units = Math.exp(found.get(Score.NASWOT) / batch.length);
      assertThat(units).isBetween(100.0, 100_000.0);
    }
  }

  /** Both scores of gradients, by a step on the images as numbers that moves no weight. */
  private static double[] normAndProducts(
      Device device,
      SearchSpace space,
      NetworkShape shape,
      Architecture cell,
      ImageSet set,
      int[] batch) {
    final StandaloneProgram made = NetworkFamilies.standalone(space, shape).program(cell);
    final int ofImage = set.channels() * set.height() * set.width();
    final float[] pixels = new float[batch.length * ofImage];
    for (int i = 0; i < pixels.length; i++) {
      final int at = batch[i / ofImage] * ofImage + i % ofImage;
      final float pixel = (set.pixels().all()[at] & 0xFF) / 255f;
      pixels[i] = (pixel - set.statistics().mean()[0]) / set.statistics().deviation()[0];
    }
    final int[] labels = Arrays.stream(batch).map(i -> set.labels()[i]).toArray();
    try (Network network = Networks.create(device, made.table());
        Program program = Program.create(network, made.words())) {
      Networks.initialize(network, made.table(), SEED);
      network.step(
          program,
          pixels,
          labels,
          Training.builder().dropPathKeep(1).dropoutKeep(1).clipNorm(0).build(),
          0,
          0);
      double norms = 0;
      double products = 0;
      final boolean[] used = program.used();
      for (int i = 0; i < used.length; i++) {
        if (used[i] && made.table().parameters().get(i).shape().size() > 1) {
          double squares = 0;
          final float[] gradient = network.read(TensorArray.GRADIENT, i);
          final float[] weights = network.read(TensorArray.VALUE, i);
          for (int k = 0; k < gradient.length; k++) {
            squares += (double) gradient[k] * gradient[k];
            products += Math.abs((double) gradient[k] * weights[k]);
          }
          norms += Math.sqrt(squares);
        }
      }
      return new double[] {norms, products};
    }
  }

  @Test
  void unknownScoresAreNamed() {
    assertThat(Score.of(List.of("snip", " macs"))).containsExactly(Score.SNIP, Score.MACS);
    assertThatThrownBy(() -> Score.of(List.of("loss")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("unknown score 'loss', allowed: params, macs");
  }
}
