package org.nao.bench;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.estimate.Estimation;
import org.nao.network.NetworkShape;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.space.SearchSpace;
import org.nao.training.Images;
import org.nao.training.StandaloneTraining;

/**
 * How fast the engine trains on images: the smallest network that a preset has, so that no other
 * wants more of them in a second. A random architecture at the size of the preset {@code quick} of
 * searches, trained alone.
 *
 * @param imagesPerSecond of training steps
 */
record TrainedRate(double imagesPerSecond) {
  private static final double SPAN_SECONDS = 2;
  private static final long SEED = 1;

  /** On the images of a set, as they lie in memory or in a file. */
  static TrainedRate of(ImageSet set, Device device) {
    final SearchConfig quick = Presets.of("random", "quick");
    final SearchSpace space = quick.searchSpace();
    final NetworkShape shape = quick.shape(set);
    final int batch = Math.min(quick.batch(), set.count());
    final Split split = new Split(IntStream.range(0, set.count()).toArray(), new int[0]);
    try (StandaloneTraining training =
        new StandaloneTraining(
            device,
            space,
            shape,
            space.random(new SplittableRandom(SEED)),
            Images.load(device, set, split),
            quick.reranking().recipe(),
            1,
            1,
            batch,
            SEED)) {
      final double step =
          new Estimation(Instant.now(), SPAN_SECONDS)
              .stepSeconds((stop, observer) -> training.run(0, stop, observer));
      return new TrainedRate(batch / step);
    }
  }
}
