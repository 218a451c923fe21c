package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.network.AuxiliaryPooling.Window;

class AuxiliaryPoolingTest {

  private static List<Window> windows(int height, int width) {
    return AuxiliaryPooling.of(height, width, Stem.CIFAR).windows();
  }

  @Test
  void authorsPoolWhereItMakesTwoByTwo() {
    assertThat(windows(8, 8)).containsExactly(new Window(5, 3));
    assertThat(windows(10, 8)).containsExactly(new Window(5, 3));
  }

  @Test
  void adaptiveAfterTheAuthorsPool() {
    // 16 -> 4 -> 2 and 14 -> 4 -> 2; 11 -> 3 -> 2 with windows that share the middle.
    assertThat(windows(16, 16)).containsExactly(new Window(5, 3), new Window(2, 2));
    assertThat(windows(14, 16)).containsExactly(new Window(5, 3), new Window(2, 2));
    assertThat(windows(11, 11)).containsExactly(new Window(5, 3), new Window(2, 1));
  }

  @Test
  void adaptiveOnTheMapItself() {
    assertThat(windows(2, 2)).isEmpty();
    assertThat(windows(3, 3)).containsExactly(new Window(2, 1));
    assertThat(windows(7, 7)).containsExactly(new Window(4, 3));
  }

  @Test
  void imageNetsMapsOfSevenPixelsHaveStrideTwo() {
    assertThat(AuxiliaryPooling.of(7, 7, Stem.IMAGENET).windows())
        .containsExactly(new Window(5, 2));
    assertThat(AuxiliaryPooling.of(2, 2, Stem.IMAGENET).windows()).isEmpty();
    assertThatThrownBy(() -> AuxiliaryPooling.of(1, 1, Stem.IMAGENET))
        .hasMessageContaining("64 x 64");
  }

  @ParameterizedTest(name = "{0} pixels")
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 28, 56, 128})
  void everySquareMapBecomesTwoByTwo(int side) {
    int pooled = side;
    for (final Window window : windows(side, side)) {
      pooled = window.outputSide(pooled);
    }
    assertThat(pooled).isEqualTo(2);
  }

  @Test
  void impossibleMapsAreRejected() {
    assertThatThrownBy(() -> windows(1, 1)).hasMessageContaining("1 x 1");
    assertThatThrownBy(() -> windows(8, 16)).hasMessageContaining("8 x 16");
  }
}
