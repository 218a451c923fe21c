package org.nao.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.nao.data.DataSource;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.Images;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao arch score}: what can be said of architectures without training them. */
@Command(
    name = "score",
    description = {
      "Scores architectures without training: by counting, by one batch through random weights.",
      "One line each: the scores in the order of --scores, then the architecture."
    },
    footer = {
      "",
      "Examples:",
      "  nao arch sample --space nasbench201 --count 9 \\",
      "    | nao arch score --space nasbench201 --scores live_weights,synflow"
    })
final class ArchScore implements Runnable {
  private static final String EMBEDDED = "fashion-mnist-mini";
  private static final int MOST_BATCH = 1024;

  /** Two batches of two images each, the least that a normalisation takes. */
  private static final int LEAST_OF_HALVES = 4;

  @Mixin private ArchitectureInput input;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DataOptions data;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(
      names = "--scores",
      split = ",",
      paramLabel = "NAME",
      description =
          "params, macs, live_weights (nasbench201 only), grad_norm, snip, synflow, naswot, jacob_cov,"
              + " zico, az_expressivity, az_progressivity, az_trainability, az_nas (default:"
              + " params,macs,grad_norm,snip,synflow).")
  private List<String> names = List.of("params", "macs", "grad_norm", "snip", "synflow");

  @Option(names = "--batch", paramLabel = "B", description = "Images of the batch (default 32).")
  private int batch = 32;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of weights and of the choice of images (default 0).")
  private long seed;

  @Override
  public void run() {
    final List<Score> scores = Score.of(names);
    final Set<Score> wanted = Score.parts(scores);
    final boolean ranks = scores.contains(Score.AZ_NAS);
    if (wanted.contains(Score.ZICO) && batch < LEAST_OF_HALVES) {
      throw new UserException(
          "--batch is %d, zico needs at least %d".formatted(batch, LEAST_OF_HALVES));
    }
    if (batch < 2 || batch > MOST_BATCH) {
      throw new UserException("--batch is %d, allowed: 2..%d".formatted(batch, MOST_BATCH));
    }
    final SearchSpace space = spaceOptions.space();
    final List<Architecture> architectures = input.read(space);
    final Object size = data.given().values().get("imageSize");
    final ImageSet images =
        DataSource.resolve(data.place().orElse(EMBEDDED))
            .load(ImageForm.of(size == null ? 0 : (int) size))
            .training();
    if (batch > images.count()) {
      throw new UserException(
          "--batch is %d, the data set has %d training images".formatted(batch, images.count()));
    }
    final NetworkShape sizes = sizeOptions.shape(space);
    final NetworkShape shape =
        new NetworkShape(
            sizes.layers(),
            sizes.channels(),
            images.channels(),
            images.height(),
            images.width(),
            images.classes(),
            false);
    try (Device device = deviceOptions.open()) {
      final UntrainedScores untrained =
          new UntrainedScores(
              space,
              shape,
              device,
              images,
              Images.load(device, images, new Split(new int[0], new int[0])).dataset(),
              chosen(images.count()),
              seed);
      final List<Map<Score, Double>> all = new ArrayList<>();
      for (final Architecture architecture : architectures) {
        all.add(untrained.of(architecture, wanted));
        if (!ranks) {
          print(scores, all.get(all.size() - 1), space, architecture);
        }
      }
      if (ranks) { // known only with all of them
        final double[] total = UntrainedScores.total(all);
        for (int i = 0; i < total.length; i++) {
          all.get(i).put(Score.AZ_NAS, total[i]);
          print(scores, all.get(i), space, architectures.get(i));
        }
      }
    }
  }

  /** Different images at random. */
  private int[] chosen(int count) {
    final SplittableRandom random = new SplittableRandom(seed);
    return random.ints(0, count).distinct().limit(batch).toArray();
  }

  private void print(
      List<Score> scores, Map<Score, Double> found, SearchSpace space, Architecture scored) {
    final String architecture = ArchitectureFormat.line(space).write(scored);
    if (output.json()) {
      final Map<String, Object> line = new LinkedHashMap<>();
      line.put("architecture", architecture);
      scores.forEach(
          score ->
              line.put(score.title(), Double.isFinite(found.get(score)) ? found.get(score) : null));
      output.object(line);
      return;
    }
    final List<String> words = new ArrayList<>();
    for (final Score score : scores) {
      final double value = found.get(score);
      words.add(
          value == Math.rint(value) && Math.abs(value) < 1e15
              ? String.format(Locale.ROOT, "%12.0f", value)
              : String.format(Locale.ROOT, "%12.6g", value));
    }
    output.line(String.join(" ", words) + "  " + architecture);
  }
}
