package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResizingTest {
  @Test
  void aConstantStaysWhatItIs() {
    for (final int[] sides :
        new int[][] {{1, 1, 8}, {7, 300, 32}, {300, 7, 4}, {33, 31, 32}, {500, 375, 224}}) {
      final byte[] plane = new byte[sides[0] * sides[1]];
      java.util.Arrays.fill(plane, (byte) 200);
      final byte[] result = new byte[sides[2] * sides[2]];
      new Resizing(sides[0], sides[1], sides[2]).apply(plane, 0, 1, result, 0);
      assertThat(result).containsOnly((byte) 200);
    }
  }

  @Test
  void halvingWeighsFourPixelsOnEitherSide() {
    // Weights 1, 3, 3, 1 of 8; at the border 3, 3, 1 of 7.
    final byte[] rows = {0, 0, 0, 0, 80, 80, 80, 80, 0, 0, 0, 0, 0, 0, 0, 0};
    final byte[] result = new byte[4];
    new Resizing(4, 4, 2).apply(rows, 0, 1, result, 0);
    assertThat(result).containsExactly(34, 34, 11, 11);
  }

  @Test
  void theMiddleOfTheLongerSideIsTaken() {
    // One row of 8 pixels; the square in its middle is between pixels 3 and 4.
    final byte[] wide = {0, 0, 0, 100, 100, 0, 0, 0};
    final byte[] result = new byte[1];
    new Resizing(1, 8, 1).apply(wide, 0, 1, result, 0);
    assertThat(result).containsExactly(100);
    new Resizing(8, 1, 1).apply(wide, 0, 1, result, 0);
    assertThat(result).containsExactly(100);
  }

  @Test
  void theSameSizeIsTheSameImage() {
    final byte[] planes = {1, 2, 3, 4, 5, 6, 7, 8};
    final byte[] result = new byte[9];
    new Resizing(2, 2, 2).apply(planes, 0, 2, result, 1);
    assertThat(result).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }
}
