package org.nao.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The data set inside the jar: 6,000 training and 1,000 test images of Fashion-MNIST, 1,28,28, 600
 * and 100 of each class. One gzip resource of four IDX arrays, rows stored as differences (mod 256)
 * to the row above.
 */
final class FashionMnistMini {
  static final String NAME = "fashion-mnist-mini";
  private static final String RESOURCE = NAME + ".gz";
  private static final List<String> CLASS_NAMES =
      List.of(
          "t-shirt",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle boot");

  private FashionMnistMini() {}

  static ImageData load() {
    try (InputStream resource = FashionMnistMini.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new DataException(NAME + ": the data set is missing from this build of nao.");
      }
      final InputStream stream = new GZIPInputStream(resource, 1 << 16);
      final IdxArray images = readImages(stream);
      final int[] labels =
          IdxFolder.labels(IdxArray.readLabels(stream, RESOURCE), RESOURCE, images.count());
      final IdxArray testImages = readImages(stream);
      final int[] testLabels =
          IdxFolder.labels(IdxArray.readLabels(stream, RESOURCE), RESOURCE, testImages.count());
      final ImageSet training =
          ImageSet.training(
              NAME + " training",
              1,
              images.shape()[1],
              images.shape()[2],
              CLASS_NAMES,
              images.data(),
              labels);
      return new ImageData(
          NAME,
          training,
          new ImageSet(
              NAME + " test",
              1,
              testImages.shape()[1],
              testImages.shape()[2],
              CLASS_NAMES,
              testImages.data(),
              testLabels,
              training.statistics()));
    } catch (IOException e) {
      throw new DataException(NAME + ": the embedded data set is damaged.", e);
    }
  }

  private static IdxArray readImages(InputStream stream) {
    final IdxArray array = IdxArray.readImages(stream, RESOURCE);
    final int width = array.shape()[2];
    final int imageBytes = array.shape()[1] * width;
    final byte[] pixels = array.data();
    for (int start = 0; start < pixels.length; start += imageBytes) {
      for (int i = start + width; i < start + imageBytes; i++) {
        pixels[i] += pixels[i - width];
      }
    }
    return array;
  }
}
