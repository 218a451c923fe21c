package org.nao.training.scores;

import java.util.stream.IntStream;

/**
 * A convolution in double precision, plainly.
 *
 * @param groups 1, or as many as channels where each is for itself
 * @param weights [out][in / groups][kernelY][kernelX]
 */
record Convolution(
    double[] weights,
    int out,
    int groups,
    int kernelY,
    int kernelX,
    int strideY,
    int strideX,
    int paddingY,
    int paddingX,
    int dilation) {

  /** The convolved maps. */
  Maps forward(Maps src) {
    final Maps dst =
        Maps.of(
            src.images(),
            out,
            side(src.height(), kernelY, strideY, paddingY),
            side(src.width(), kernelX, strideX, paddingX));
    walk(src, dst, true);
    return dst;
  }

  /** Adds to {@code srcGradient} what the gradient of the convolved maps gives the source's. */
  void backward(Maps srcGradient, Maps dstGradient) {
    walk(srcGradient, dstGradient, false);
  }

  private int side(int side, int kernel, int stride, int padding) {
    return (side + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }

  /** Images are for themselves, so that threads share them. */
  private void walk(Maps src, Maps dst, boolean forward) {
    IntStream.range(0, src.images()).parallel().forEach(image -> walk(image, src, dst, forward));
  }

  private void walk(int image, Maps src, Maps dst, boolean forward) {
    final int perGroup = src.channels() / groups;
    final int outPerGroup = out / groups;
    for (int to = 0; to < out; to++) {
      final int first = to / outPerGroup * perGroup;
      for (int in = 0; in < perGroup; in++) {
        final int weight = (to * perGroup + in) * kernelY * kernelX;
        for (int y = 0; y < kernelY; y++) {
          for (int x = 0; x < kernelX; x++) {
            tap(
                weights[weight + y * kernelX + x],
                y * dilation - paddingY,
                x * dilation - paddingX,
                src,
                src.at(image, first + in),
                dst,
                dst.at(image, to),
                forward);
          }
        }
      }
    }
  }

  /** One weight: from the pixels that it meets to those that it makes, or the other way. */
  private void tap(
      double weight,
      int offsetY,
      int offsetX,
      Maps src,
      int from,
      Maps dst,
      int to,
      boolean forward) {
    final int left = Math.max(0, (strideX - 1 - offsetX) / strideX);
    final int right = Math.min(dst.width(), Math.floorDiv(src.width() - 1 - offsetX, strideX) + 1);
    for (int row = 0; row < dst.height(); row++) {
      final int y = row * strideY + offsetY;
      if (y >= 0 && y < src.height()) {
        final int read = from + y * src.width() + offsetX;
        final int written = to + row * dst.width();
        if (forward) {
          gather(weight, src.values(), read, dst.values(), written, left, right);
        } else {
          scatter(weight, src.values(), read, dst.values(), written, left, right);
        }
      }
    }
  }

  private void gather(
      double weight, double[] src, int from, double[] dst, int to, int left, int right) {
    if (strideX == 1) { // this loop the compiler makes a vector one
      for (int column = left; column < right; column++) {
        dst[to + column] += weight * src[from + column];
      }
    } else {
      for (int column = left; column < right; column++) {
        dst[to + column] += weight * src[from + column * strideX];
      }
    }
  }

  private void scatter(
      double weight, double[] src, int from, double[] dst, int to, int left, int right) {
    if (strideX == 1) {
      for (int column = left; column < right; column++) {
        src[from + column] += weight * dst[to + column];
      }
    } else {
      for (int column = left; column < right; column++) {
        src[from + column * strideX] += weight * dst[to + column];
      }
    }
  }
}
