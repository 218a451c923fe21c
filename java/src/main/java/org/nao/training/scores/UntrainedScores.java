package org.nao.training.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.nao.data.ImageSet;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.network.Initializer;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.ProgramOperation;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;
import org.nao.training.Seeds;

/**
 * Scores stand-alone networks with random weights on one batch. Weights depend on the seed and the
 * names of tensors, so that a score does not depend on what else is scored.
 */
public final class UntrainedScores {
  private static final int BYTE = 0xFF;
  private static final float MOST = 255;

  private final SearchSpace space;
  private final NetworkShape shape;
  private final StandaloneNetworks networks;
  private final Device device;
  private final ImageSet set;
  private final Dataset dataset;
  private final int[] batch;
  private final long seed;

  /**
   * Scores of the networks of a space.
   *
   * @param shape of the networks, for images of the set
   * @param dataset the set on the device
   * @param batch indices of images
   */
  public UntrainedScores(
      SearchSpace space,
      NetworkShape shape,
      Device device,
      ImageSet set,
      Dataset dataset,
      int[] batch,
      long seed) {
    this.space = space;
    this.shape = shape;
    this.device = device;
    this.set = set;
    this.batch = batch.clone();
    this.seed = seed;
    networks = NetworkFamilies.standalone(space, shape);
    this.dataset = dataset;
  }

  /** Those scores of an architecture. */
  public Map<Score, Double> of(Architecture architecture, Set<Score> wanted) {
    final Map<Score, Double> scores = new EnumMap<>(Score.class);
    final StandaloneProgram program = networks.program(architecture);
    for (final Score score : wanted) {
      switch (score) {
        case PARAMETERS -> scores.put(score, (double) networks.size(architecture).parameters());
        case MACS -> scores.put(score, (double) networks.size(architecture).macs());
        case LIVE_WEIGHTS ->
            scores.put(score, (double) NetworkFamilies.liveWeights(space, shape, architecture));
        case SYNFLOW -> scores.put(score, synflow(program));
        case NASWOT -> scores.put(score, naswot(program));
        case JACOB_COV -> scores.put(score, jacobianCovariance(program));
        case ZICO -> scores.put(score, zico(program));
        case AZ_NAS ->
            throw new IllegalArgumentException("az_nas is of several architectures, see total");
        case GRADIENT_NORM, SNIP, EXPRESSIVITY, PROGRESSIVITY, TRAINABILITY -> {}
      }
    }
    if (wanted.contains(Score.GRADIENT_NORM) || wanted.contains(Score.SNIP)) {
      scores.putAll(ofGradients(program));
    }
    if (wanted.contains(Score.EXPRESSIVITY)
        || wanted.contains(Score.PROGRESSIVITY)
        || wanted.contains(Score.TRAINABILITY)) {
      scores.putAll(ofCells(program));
    }
    scores.keySet().retainAll(wanted);
    return scores;
  }

  /**
   * {@link Score#AZ_NAS} of some architectures.
   *
   * @param parts of each of them at least {@link Score#AZ_PARTS}
   */
  public static double[] total(List<Map<Score, Double>> parts) {
    return AzNas.total(
        parts.stream()
            .map(each -> Score.AZ_PARTS.stream().mapToDouble(each::get).toArray())
            .toList());
  }

  /** By tensor, of a batch. */
  private Map<Integer, float[]> gradients(
      Network network, Program program, ParameterTable table, int[] images) {
    Networks.initialize(network, table, seed);
    network.train(
        dataset,
        Training.builder()
            .dropPathKeep(1)
            .dropoutKeep(1)
            .clipNorm(0)
            .seed(seed)
            .gradientsOnly(true)
            .build(),
        new Program[] {program},
        images.length,
        images,
        new float[] {0},
        0);
    final boolean[] used = program.used();
    final Map<Integer, float[]> gradients = new TreeMap<>();
    for (int i = 0; i < table.size(); i++) {
      if (used[i] && isWeight(table.parameters().get(i))) {
        gradients.put(i, network.read(TensorArray.GRADIENT, i));
      }
    }
    return gradients;
  }

  private Map<Score, Double> ofGradients(StandaloneProgram made) {
    final ParameterTable table = made.table();
    try (Network network = Networks.create(device, table);
        Program program = Program.create(network, made.words())) {
      final Map<Integer, float[]> gradients = gradients(network, program, table, batch);
      final float[] weights = network.readAll(TensorArray.VALUE);
      double norms = 0;
      double products = 0;
      for (final Map.Entry<Integer, float[]> tensor : gradients.entrySet()) {
        final float[] gradient = tensor.getValue();
        final int first = table.offset(tensor.getKey());
        double squares = 0;
        for (int k = 0; k < gradient.length; k++) {
          squares += (double) gradient[k] * gradient[k];
          products += Math.abs((double) gradient[k] * weights[first + k]);
        }
        norms += Math.sqrt(squares);
      }
      return Map.of(Score.GRADIENT_NORM, norms, Score.SNIP, products);
    }
  }

  private double zico(StandaloneProgram made) {
    final int half = batch.length / 2;
    try (Network network = Networks.create(device, made.table());
        Program program = Program.create(network, made.words())) {
      return Zico.of(
          Stream.of(Arrays.copyOf(batch, half), Arrays.copyOfRange(batch, half, 2 * half))
              .map(images -> gradients(network, program, made.table(), images))
              .map(gradients -> List.copyOf(gradients.values()))
              .toList());
    }
  }

  private double jacobianCovariance(StandaloneProgram program) {
    final PlainNetwork network =
        new PlainNetwork(
            ProgramOperation.of(program.words()), weights(program, false), true, maps -> {});
    network.forward(images());
    return JacobianCovariance.of(network.imageGradients());
  }

  /** Of noise, as many images as in the batch, with weights of N(0, 2 / fan-in). */
  private Map<Score, Double> ofCells(StandaloneProgram program) {
    final List<Integer> cells = program.cells();
    final PlainNetwork network =
        new PlainNetwork(
            ProgramOperation.of(program.words()), normalWeights(program), true, maps -> {});
    final Maps noise = Maps.of(batch.length, shape.imageChannels(), shape.height(), shape.width());
    final Random random = new Random(seed);
    Arrays.setAll(noise.values(), i -> random.nextGaussian());
    network.forward(noise);
    final double[] entropies =
        cells.stream().mapToDouble(cell -> AzNas.entropy(network.value(cell))).toArray();
    final SplittableRandom signs = new SplittableRandom(seed);
    double trainability = 0;
    for (int i = 1; i < cells.size(); i++) {
      final Maps factors = AzNas.signs(network.value(cells.get(i)), signs);
      final Maps gradients = network.gradient(cells.get(i), factors, cells.get(i - 1));
      trainability += AzNas.trainability(factors, gradients) / (cells.size() - 1);
    }
    return Map.of(
        Score.EXPRESSIVITY,
        AzNas.expressivity(entropies),
        Score.PROGRESSIVITY,
        AzNas.progressivity(entropies),
        Score.TRAINABILITY,
        trainability);
  }

  private IntFunction<double[]> normalWeights(StandaloneProgram program) {
    return index -> {
      final ParameterSpec tensor = program.table().parameters().get(index);
      final double[] weights = new double[Math.toIntExact(tensor.elements())];
      final double deviation = Math.sqrt(2.0 * tensor.shape().get(0) / weights.length);
      final Random random = new Random(Seeds.derive(seed, index));
      Arrays.setAll(weights, i -> deviation * random.nextGaussian());
      return weights;
    };
  }

  /** Whether a tensor is the weight of a convolution or of a linear layer. */
  private static boolean isWeight(ParameterSpec tensor) {
    return tensor.trainable() && tensor.shape().size() > 1;
  }

  private double synflow(StandaloneProgram program) {
    final Maps ones = Maps.of(1, shape.imageChannels(), shape.height(), shape.width());
    Arrays.fill(ones.values(), 1);
    final PlainNetwork network =
        new PlainNetwork(
            ProgramOperation.of(program.words()), weights(program, true), false, maps -> {});
    network.forward(ones);
    return network.flow();
  }

  private IntFunction<double[]> weights(StandaloneProgram program, boolean positive) {
    final ParameterTable table = program.table();
    final float[] drawn = new Initializer(seed).values(table);
    return index -> {
      final int size = Math.toIntExact(table.parameters().get(index).elements());
      final double[] weights = new double[size];
      for (int i = 0; i < size; i++) {
        final double weight = drawn[table.offset(index) + i];
        weights[i] = positive ? Math.abs(weight) : weight;
      }
      return weights;
    };
  }

  private double naswot(StandaloneProgram program) {
    final int count = batch.length;
    final List<BitSet> passed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passed.add(new BitSet());
    }
    final int[] units = {0};
    new PlainNetwork(
            ProgramOperation.of(program.words()),
            weights(program, false),
            true,
            maps -> {
              final int ofImage = maps.channels() * maps.pixels();
              for (int i = 0; i < maps.values().length; i++) {
                passed.get(i / ofImage).set(units[0] + i % ofImage, maps.values()[i] > 0);
              }
              units[0] += ofImage;
            })
        .forward(images());
    final RealMatrix alike = new Array2DRowRealMatrix(count, count);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < count; k++) {
        final BitSet different = (BitSet) passed.get(i).clone();
        different.xor(passed.get(k));
        alike.setEntry(i, k, units[0] - different.cardinality());
      }
    }
    return logDeterminant(alike);
  }

  /** log |det K|, minus infinity where two images pass the same. */
  private static double logDeterminant(RealMatrix matrix) {
    final RealMatrix upper = new LUDecomposition(matrix).getU();
    if (upper == null) {
      return Double.NEGATIVE_INFINITY;
    }
    double sum = 0;
    for (int i = 0; i < upper.getRowDimension(); i++) {
      sum += Math.log(Math.abs(upper.getEntry(i, i)));
    }
    return sum;
  }

  /** The batch, normalised as the engine does it. */
  private Maps images() {
    final Maps maps = Maps.of(batch.length, set.channels(), set.height(), set.width());
    final byte[] pixels = set.pixels().some(batch).all();
    final int ofImage = set.channels() * maps.pixels();
    final float[] mean = set.statistics().mean();
    final float[] deviation = set.statistics().deviation();
    for (int i = 0; i < maps.values().length; i++) {
      final int inImage = i % ofImage;
      final int channel = inImage / maps.pixels();
      final float pixel = (pixels[i] & BYTE) / MOST;
      maps.values()[i] = (pixel - mean[channel]) / deviation[channel];
    }
    return maps;
  }
}
