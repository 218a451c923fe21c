package org.nao.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images and labels of the training or the test set of a data set of arrays.
 *
 * @param labels one for each image
 * @param imagesSource that messages name
 * @param labelsSource that messages name
 * @param classNames empty: the classes are those of the training labels
 */
record LabelledArrays(
    ByteImages images,
    int[] labels,
    Object imagesSource,
    Object labelsSource,
    List<String> classNames) {
  private static final int MOST_CLASSES = 1 << 16;

  LabelledArrays(ByteImages images, int[] labels, Object imagesSource, Object labelsSource) {
    this(images, labels, imagesSource, labelsSource, List.of());
  }

  /** The data set of these training and those test images. */
  ImageData with(String name, LabelledArrays test) {
    final List<String> names = classNames.isEmpty() ? namesOfLabels() : classNames;
    if (test.images.height() != images.height()
        || test.images.width() != images.width()
        || test.images.channels() != images.channels()) {
      throw new DataException(
          "%s: expected images of %s like the training images, found %s."
              .formatted(test.imagesSource, images.sides(), test.images.sides()));
    }
    requireClasses(names.size());
    test.requireClasses(names.size());
    final ImageSet training =
        ImageSet.training(
            name + " training",
            images.channels(),
            images.height(),
            images.width(),
            names,
            images.data(),
            labels);
    return new ImageData(
        name,
        training,
        new ImageSet(
            name + " test",
            images.channels(),
            images.height(),
            images.width(),
            names,
            test.images.data(),
            test.labels,
            training.statistics()));
  }

  /**
   * The data set of some of these images as training and the others as test images.
   *
   * @param title of its source, for a notice
   */
  ImageData withoutTest(String name, String title) {
    if (labels.length < 2) {
      throw new DataException(imagesSource + ": expected at least 2 images, found 1.");
    }
    final List<String> names = namesOfLabels();
    final Split split = TestShare.of(labels, names.size());
    final ImageData data =
        new LabelledArrays(
                images.some(split.training()),
                some(split.training()),
                imagesSource,
                labelsSource,
                names)
            .with(
                name,
                new LabelledArrays(
                    images.some(split.validation()),
                    some(split.validation()),
                    imagesSource,
                    labelsSource));
    return new ImageData(
        name,
        data.training(),
        data.test(),
        Optional.empty(),
        List.of(TestShare.notice(title, split)));
  }

  private int[] some(int[] indices) {
    return Arrays.stream(indices).map(i -> labels[i]).toArray();
  }

  private void requireClasses(int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new DataException(
            "%s: image %d has label %d, expected 0 to %d like the training labels."
                .formatted(labelsSource, i, labels[i], classes - 1));
      }
    }
  }

  /** Names 0, 1, ...; a label without images below the largest one points to a damaged file. */
  private List<String> namesOfLabels() {
    requireClasses(MOST_CLASSES);
    int largestAt = 0;
    for (int i = 0; i < labels.length; i++) {
      largestAt = labels[i] > labels[largestAt] ? i : largestAt;
    }
    final int largest = labels[largestAt];
    final boolean[] present = new boolean[largest + 1];
    IntStream.of(labels).forEach(label -> present[label] = true);
    for (int label = 0; label < largest; label++) {
      if (!present[label]) {
        throw new DataException(
            ("%s: image %d has label %d although no image has label %d;"
                    + " expected labels 0 to classes-1, each in use.")
                .formatted(labelsSource, largestAt, largest, label));
      }
    }
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }
}
