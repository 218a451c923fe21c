package org.nao.model.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.network.Layer;
import org.nao.network.NetworkShape;
import org.nao.network.SizedOperation;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;

class LatencyMeterTest {
  private static SearchSpace space(String name) {
    return SearchSpace.named(
        name,
        switch (name) {
          case "darts" -> 4;
          case "nasbench201" -> 3;
          default -> 2;
        },
        "");
  }

  /** But for how normalisations are evaluated by authors, which takes no other time. */
  private static boolean alike(SizedOperation one, SizedOperation other) {
    return one.channels() == other.channels()
        && one.height() == other.height()
        && one.width() == other.width()
        && withoutNorms(one).equals(withoutNorms(other));
  }

  private static List<Layer> withoutNorms(SizedOperation operation) {
    return operation.layers().stream()
        .filter(layer -> !(layer instanceof Layer.BatchNorm))
        .map(
            layer ->
                layer instanceof Layer.FactorizedReduce reduce
                    ? new Layer.FactorizedReduce(reduce.in(), reduce.out(), null)
                    : layer)
        .toList();
  }

  /** Every operation of every space has a title of its own and a program that the engine takes. */
  @ParameterizedTest
  @ValueSource(
      strings = {"nao-small", "nao-middle", "nasnet", "enas-micro", "darts", "nasbench201"})
  void operationsHaveTitlesAndPrograms(String name) {
    final SearchSpace space = space(name);
    final NetworkShape shape = new NetworkShape(2, 4, 1, 28, 28, 3, false);
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final Random random = new Random(2);
    final Map<String, SizedOperation> titles = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      for (final SizedOperation each : networks.operations(space.random(random)).keySet()) {
        final SizedOperation same = titles.putIfAbsent(each.title(), each);
        assertThat(same == null ? each : same).matches(first -> alike(first, each));
      }
    }
    assertThat(titles).hasSizeGreaterThan(4);
    try (Device device = Device.open("cpu", 1)) {
      for (final SizedOperation each : titles.values()) {
        final StandaloneProgram standalone = each.program(shape, 2);
        try (Network network = Networks.create(device, standalone.table())) {
          Networks.initialize(network, standalone.table(), 1);
          assertThat(
                  network
                      .forward(
                          Program.create(network, standalone.words()),
                          new float[28 * 28],
                          new int[1],
                          Statistics.RUNNING)
                      .loss())
              .as(each.title())
              .isFinite();
        }
      }
    }
  }

  /** A network of sixteen times the work must be told from the small one, on any machine. */
  @Test
  void sumsGrowWithTheNetworks() {
    final SearchSpace space = space("nao-small");
    try (Device device = Device.open("cpu", 1)) {
      final LatencyMeter small =
          new LatencyMeter(device, space, new NetworkShape(1, 4, 3, 16, 16, 10, false), 1);
      final LatencyMeter large =
          new LatencyMeter(device, space, new NetworkShape(1, 16, 3, 32, 32, 10, false), 1);
      final LatencyReport few = small.check(small.table(new SplittableRandom(1)), 3, new Random(2));
      final LatencyReport many =
          large.check(large.table(new SplittableRandom(1)), 3, new Random(2));
      assertThat(few.networks()).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(few.networks().get(i).predictedMillis())
            .isPositive()
            .isLessThan(many.networks().get(i).predictedMillis());
      }
      assertThat(few.table().batch()).isEqualTo(1);
      assertThat(few.meanError()).isLessThanOrEqualTo(few.largestError());
    }
  }
}
