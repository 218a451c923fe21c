package org.nao.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nao.data.ChannelStatistics;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.estimate.Cost;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;

/** What a search on CIFAR-10 would take here, estimated on noise of that data set's size. */
public final class SearchCost {
  private static final int TRAINING = 50_000;
  private static final int TEST = 10_000;
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int CLASSES = 10;
  private static final float HALF = 0.5f;

  private SearchCost() {}

  /** As {@link Search#estimate}; no kernel is faster or slower on real images. */
  public static Cost of(SearchConfig config, Consumer<String> notices) {
    final Random random = new Random(config.seed());
    return Search.estimate(
        config,
        new ImageData("noise", noise("training", TRAINING, random), noise("test", TEST, random)),
        notices);
  }

  private static ImageSet noise(String name, int count, Random random) {
    final byte[] pixels = new byte[count * CHANNELS * SIDE * SIDE];
    random.nextBytes(pixels);
    final float[] half = new float[CHANNELS];
    Arrays.fill(half, HALF);
    final List<String> classes =
        IntStream.range(0, CLASSES).mapToObj(each -> "class " + each).toList();
    final int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    return new ImageSet(
        name,
        CHANNELS,
        SIDE,
        SIDE,
        classes,
        pixels,
        labels,
        new ChannelStatistics(half, half.clone()));
  }
}
