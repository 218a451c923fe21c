package org.nao.model.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.error.InvalidValue;
import org.nao.network.NetworkShape;
import org.nao.network.SizedOperation;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.ConfigFiles;
import org.nao.run.SealedJson;
import org.nao.space.SearchSpace;

class LatencyTableTest {
  @TempDir private Path folder;

  private static LatencyTable table(double base, double scale, Map<String, Double> operations) {
    return new LatencyTable("avx2", 2, 1, base, scale, 0.5, operations);
  }

  private static Map<SizedOperation, Integer> operations() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    return NetworkFamilies.standalone(space, NetworkShape.cifar10(1, 4))
        .operations(space.random(new Random(1)));
  }

  @Test
  void addsUpWhatItKnowsAndTakesTheMeanOfTheOthers() {
    final Map<SizedOperation, Integer> operations = operations();
    final int all = operations.values().stream().mapToInt(Integer::intValue).sum();
    final Map.Entry<SizedOperation, Integer> first = operations.entrySet().iterator().next();
    final LatencyTable table = table(0.25, 2, Map.of(first.getKey().title(), 3.0));
    assertThat(table.millis(operations))
        .isEqualTo(
            0.25 + 2 * (3.0 * first.getValue() + 0.5 * (all - first.getValue())), within(1e-9));
  }

  @Test
  void isReadAsItWasWritten() {
    final LatencyTable table = table(0.1, 1.0 / 3, Map.of("4x8x8: relu, 1x1 to 8", 1.0 / 7));
    final Path file = folder.resolve("latencies.json");
    SealedJson.write(file, table);
    assertThat(ConfigFiles.read(file, LatencyTable.class)).isEqualTo(table);
  }

  @Test
  void refusesWhatNoClockSays() {
    for (final double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> table(wrong, 1, Map.of())).isInstanceOf(InvalidValue.class);
      assertThatThrownBy(() -> table(0, wrong, Map.of())).isInstanceOf(InvalidValue.class);
      assertThatThrownBy(() -> table(0, 1, Map.of("a", wrong))).isInstanceOf(InvalidValue.class);
    }
  }

  /** 0.5 + 2 x the sum; one of seven networks was disturbed. */
  @Test
  void isCalibratedByALineThatOneSlowMeasurementDoesNotMove() {
    final double[] sums = {1, 2, 3, 4, 5, 6, 7};
    final double[] measured = {2.5, 4.5, 6.5, 80, 10.5, 12.5, 14.5};
    final LatencyTable table = Line.through(sums, measured, table(0, 1, Map.of()));
    assertThat(table.baseMillis()).isEqualTo(0.5, within(1e-9));
    assertThat(table.scale()).isEqualTo(2, within(1e-9));
  }

  @Test
  void aLineThatFallsOrBeginsBelowZeroGoesThroughIt() {
    final LatencyTable falls =
        Line.through(new double[] {1, 2, 4}, new double[] {4, 4, 4}, table(0, 1, Map.of()));
    assertThat(falls.baseMillis()).isZero();
    assertThat(falls.scale()).isEqualTo(2, within(1e-9));
    final LatencyTable below =
        Line.through(new double[] {1, 2, 3}, new double[] {1, 3, 5}, table(0, 1, Map.of()));
    assertThat(below.baseMillis()).isZero();
    assertThat(below.scale()).isEqualTo(1.5, within(1e-9));
    final LatencyTable same =
        Line.through(new double[] {0, 0, 0}, new double[] {3, 4, 5}, table(0, 1, Map.of()));
    assertThat(same.baseMillis()).isEqualTo(4);
  }
}
