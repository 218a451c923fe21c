package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.error.UserException;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

class InheritedTensorsTest {
  private static final NetworkShape SHAPE = new NetworkShape(2, 4, 3, 16, 16, 10, false);

  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "nao-middle", "nasnet"})
  void fitTheNetwork(String name) {
    final SearchSpace space = SearchSpace.named(name, 4);
    final ParameterTable supernet = NetworkFamilies.supernet(space, SHAPE).table();
    final SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20; i++) {
      final Architecture architecture = space.random(random);
      final ParameterTable alone =
          StandaloneNetworks.ofCells(space, SHAPE).program(architecture).table();
      final Map<String, List<String>> inherited =
          NetworkFamilies.inherited(space, SHAPE, architecture);
      final Set<String> drawn = new TreeSet<>();
      for (final ParameterSpec spec : alone.parameters()) {
        final List<String> parts = inherited.getOrDefault(spec.name(), List.of());
        if (parts.isEmpty()) {
          drawn.add(spec.name().replaceAll("(_[xy]|classifier|entry)\\..*", "$1"));
          continue;
        }
        int inputs = 0;
        for (final String part : parts) {
          final List<Integer> shape = supernet.parameters().get(supernet.index(part)).shape();
          assertThat(shape.get(0)).isEqualTo(spec.shape().get(0));
          inputs += shape.size() > 1 ? shape.get(1) : 1;
          assertThat(shape.subList(Math.min(2, shape.size()), shape.size()))
              .isEqualTo(spec.shape().subList(Math.min(2, shape.size()), shape.size()));
        }
        assertThat(inputs).isEqualTo(spec.shape().size() > 1 ? spec.shape().get(1) : 1);
      }
      // Where the channels change: the two reduction cells and the first input of those after.
      assertThat(
              Set.of(
                  "cells.2.maybe_calibrate_size.preprocess_x",
                  "cells.2.maybe_calibrate_size.preprocess_y",
                  "cells.3.maybe_calibrate_size.preprocess_x",
                  "cells.5.maybe_calibrate_size.preprocess_x",
                  "cells.5.maybe_calibrate_size.preprocess_y",
                  "cells.6.maybe_calibrate_size.preprocess_x",
                  "classifier"))
          .containsAll(drawn);
      assertThat(drawn).noneMatch(each -> each.contains(".ops.") || each.startsWith("stem"));
    }
  }

  @Test
  void enasNetworksHaveOtherCells() {
    final SearchSpace space = SearchSpace.enasMicro(2);
    assertThatThrownBy(
            () -> NetworkFamilies.inherited(space, SHAPE, space.random(new SplittableRandom(1))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("enas-micro");
  }

  /** Written out: one node, which adds 3x3 convolutions of both inputs. */
  @Test
  void haveTheNamesOfWhatTheyAre() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final Architecture architecture =
        ArchitectureFormat.integers(space).parse("0 0 1 0 1 4 1 4 0 0 1 0 1 4 1 4");
    final Map<String, List<String>> inherited =
        NetworkFamilies.inherited(space, SHAPE, architecture);
    assertThat(inherited.get("stem.0.weight")).containsExactly("stem.0.weight");
    assertThat(inherited.get("cells.1.ops.0.y_op.op.2.weight"))
        .containsExactly("cells.1.ops.0.y_op.0.W1_pointwise.1");
    assertThat(inherited.get("cells.1.maybe_calibrate_size.preprocess_y.conv.weight"))
        .containsExactly("cells.0.final_combine_conv.w.2", "cells.0.final_combine_conv.w.3");
    assertThat(inherited.get("cells.1.maybe_calibrate_size.preprocess_y.bn.running_var"))
        .containsExactly("cells.0.final_combine_conv.bn.running_var");
    assertThat(inherited.get("cells.4.maybe_calibrate_size.preprocess_x.conv.weight"))
        .containsExactly("cells.2.final_combine_conv.w.2", "cells.2.final_combine_conv.w.3");
  }
}
