package org.nao.search.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nao.error.UserException;
import org.nao.model.latency.LatencyTable;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

class ConstraintsTest {
  private static final SearchSpace SPACE = SearchSpace.naoSmall(2);
  private static final NetworkShape SHAPE = NetworkShape.cifar10(1, 4);
  private static final StandaloneNetworks NETWORKS = NetworkFamilies.standalone(SPACE, SHAPE);
  private static final LatencyTable TABLE = table();

  /**
   * A millisecond for every operation with a depthwise convolution of five pixels, and one more.
   */
  private static LatencyTable table() {
    final Map<String, Double> operations = new TreeMap<>();
    final Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      NETWORKS
          .operations(SPACE.random(random))
          .keySet()
          .forEach(
              each ->
                  operations.put(each.title(), each.title().contains("depthwise 5x5") ? 1.0 : 0));
    }
    return new LatencyTable("a device", 1, 1, 1, 1, 0, operations);
  }

  private static Constraints within(double millis) {
    return new Constraints(
        SPACE,
        SHAPE,
        0,
        0,
        Optional.of(new LatencyLimit(millis, new PredictedLatency(NETWORKS, TABLE))));
  }

  @Test
  void randomArchitecturesHoldTheLatency() {
    final SplittableRandom random = new SplittableRandom(4);
    final Constraints limits = within(4);
    final Set<Double> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      final Architecture drawn = limits.random(random);
      assertThat(limits.fits(drawn)).isTrue();
      seen.add(TABLE.millis(NETWORKS.operations(drawn)));
    }
    assertThat(seen).contains(1.0, 4.0).allMatch(millis -> millis <= 4);
    final Random all = new Random(5);
    assertThat(IntStream.range(0, 100).mapToObj(i -> SPACE.random(all)))
        .anyMatch(each -> !limits.fits(each));
  }

  @Test
  void whatNoNetworkHoldsIsSaidWithTheLeast() {
    assertThatThrownBy(() -> within(0.5).random(new SplittableRandom(1)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has at most 0.5000 ms for an image")
        .hasMessageEndingWith("and 1.000 ms for an image");
  }
}
