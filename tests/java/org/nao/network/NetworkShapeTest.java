package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkShapeTest {

  @Test
  void cellsReduceAtNAndTwoNPlusOne() {
    final NetworkShape shape = NetworkShape.cifar10(2, 5);
    assertThat(shape.cells()).isEqualTo(8);
    assertThat(IntStream.range(0, 8).filter(shape::isReduction)).containsExactly(2, 5);
    assertThat(IntStream.range(0, 8).map(shape::channelsAt))
        .containsExactly(5, 5, 10, 10, 10, 20, 20, 20);
    assertThat(shape.stemChannels()).isEqualTo(15);
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource({
    "0, 8, 3, 32, 32, 10, 'layers is 0, allowed: 1..32'",
    "33, 8, 3, 32, 32, 10, 'layers is 33, allowed: 1..32'",
    "1, 0, 3, 32, 32, 10, 'channels is 0, allowed: 1..512'",
    "1, 513, 3, 32, 32, 10, 'channels is 513, allowed: 1..512'",
    "1, 8, 0, 32, 32, 10, 'image channels is 0, allowed: 1..16'",
    "1, 8, 3, 30, 32, 10, 'image height is 30, allowed: multiples of 4 in 4..512'",
    "1, 8, 3, 32, 516, 10, 'image width is 516, allowed: multiples of 4 in 4..512'",
    "1, 8, 3, 0, 32, 10, 'image height is 0, allowed: multiples of 4 in 4..512'",
    "1, 8, 3, 32, 32, 1, 'classes is 1, allowed: 2..100000'",
  })
  void absurdSizesAreRejected(
      int layers, int channels, int images, int height, int width, int classes, String message) {
    assertThatThrownBy(
            () -> new NetworkShape(layers, channels, images, height, width, classes, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void imageNetsStemNeedsSidesItCanHalve() {
    final NetworkShape shape = NetworkShape.imagenet(4, 44);
    assertThat(shape.width()).isEqualTo(224);
    assertThat(shape.classes()).isEqualTo(1000);
    assertThat(shape.withAuxiliary(true).stem()).isEqualTo(Stem.IMAGENET);
    assertThatThrownBy(
            () -> new NetworkShape(1, 4, 3, 36, 64, 10, AuxiliaryHead.NONE, Stem.IMAGENET))
        .hasMessageContaining("image height is 36, with ImageNet's stem allowed: multiples of 32");
    assertThatThrownBy(() -> NetworkShape.imagenet(4, 45))
        .hasMessageContaining("is 45, must be even with ImageNet's stem");
  }

  @Test
  void auxiliaryHeadNeedsAMapToPool() {
    final NetworkShape tiny = new NetworkShape(1, 8, 3, 4, 4, 10, false);
    assertThatThrownBy(() -> tiny.withAuxiliary(true))
        .hasMessageContaining("cannot pool a map of 1 x 1 to 2 x 2")
        .hasMessageContaining("at least 8 x 8 pixels");
  }
}
