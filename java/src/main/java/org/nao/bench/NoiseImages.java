package org.nao.bench;

import java.util.Arrays;
import java.util.Random;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.network.NetworkShape;

/** A data set of noise, for measurements: no kernel is faster or slower on real images. */
final class NoiseImages {
  private static final int BYTE_VALUES = 256;
  private static final float HALF = 0.5f;

  private NoiseImages() {}

  /** {@code count} images with random labels. */
  static Dataset create(Device device, NetworkShape shape, int count, Random random) {
    final int channels = shape.imageChannels();
    final byte[] pixels =
        new byte[Math.multiplyExact(count, channels * shape.height() * shape.width())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(BYTE_VALUES);
    }
    final float[] mean = new float[channels];
    final float[] deviation = new float[channels];
    Arrays.fill(mean, HALF);
    Arrays.fill(deviation, HALF);
    return Dataset.create(
        device,
        pixels,
        random.ints(count, 0, shape.classes()).toArray(),
        channels,
        shape.height(),
        shape.width(),
        shape.classes(),
        mean,
        deviation);
  }
}
