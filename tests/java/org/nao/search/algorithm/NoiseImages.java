package org.nao.search.algorithm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** An IDX folder of 96 images of noise, 8 x 8, in 4 classes, for training and for testing. */
public final class NoiseImages {
  private static final int IMAGES = 96;
  private static final int SIDE = 8;
  private static final int CLASSES = 4;

  private NoiseImages() {}

  public static void write(Path folder) throws IOException {
    final SplittableRandom random = new SplittableRandom(4);
    for (final String set : List.of("train", "t10k")) {
      final ByteBuffer images = ByteBuffer.allocate(16 + IMAGES * SIDE * SIDE);
      images.putInt(0x803).putInt(IMAGES).putInt(SIDE).putInt(SIDE);
      final ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES).putInt(0x801).putInt(IMAGES);
      while (images.hasRemaining()) {
        images.put((byte) random.nextInt());
      }
      for (int i = 0; i < IMAGES; i++) {
        labels.put((byte) (i % CLASSES));
      }
      Files.write(folder.resolve(set + "-images-idx3-ubyte"), images.array());
      Files.write(folder.resolve(set + "-labels-idx1-ubyte"), labels.array());
    }
  }
}
