package org.nao.training.scores;

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

  private void walk(Maps src, Maps dst, boolean forward) {
    final int perGroup = src.channels() / groups;
    final int outPerGroup = out / groups;
    for (int image = 0; image < src.images(); image++) {
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
    final double[] read = src.values();
    final double[] written = dst.values();
    for (int row = 0; row < dst.height(); row++) {
      final int y = row * strideY + offsetY;
      if (y < 0 || y >= src.height()) {
        continue;
      }
      for (int column = 0; column < dst.width(); column++) {
        final int x = column * strideX + offsetX;
        if (x < 0 || x >= src.width()) {
          continue;
        }
        if (forward) {
          written[to + row * dst.width() + column] += weight * read[from + y * src.width() + x];
        } else {
          read[from + y * src.width() + x] += weight * written[to + row * dst.width() + column];
        }
      }
    }
  }
}
