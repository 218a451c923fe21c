package org.nao.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.nao.run.IoFailure;
import org.nao.text.Counted;

/**
 * A folder in MNIST's layout: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and
 * the same with {@code t10k}, each plain or with {@code .gz}; some mirrors have a dot before {@code
 * idx}. Images have one channel; the classes are those of the training labels.
 */
final class IdxFolder {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private static final List<String> FILES =
      List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS);

  private IdxFolder() {}

  /** Whether any of the four files is there. */
  static boolean recognises(Path folder) {
    return FILES.stream().anyMatch(name -> found(folder, name).isPresent());
  }

  /** The file of that name, however it is spelled. */
  private static Optional<Path> found(Path folder, String name) {
    final String dotted = name.replace("-idx", ".idx");
    return Stream.of(name, name + ".gz", dotted, dotted + ".gz")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst();
  }

  static ImageData load(Path folder, String name) {
    final Path imagesFile = find(folder, TRAIN_IMAGES);
    final Path labelsFile = find(folder, TRAIN_LABELS);
    final Path testImagesFile = find(folder, TEST_IMAGES);
    final Path testLabelsFile = find(folder, TEST_LABELS);
    final IdxArray images = read(imagesFile, true);
    final int[] labels = labels(read(labelsFile, false), labelsFile, images);
    final List<String> classNames = classNames(labels, labelsFile);
    final IdxArray testImages = read(testImagesFile, true);
    final int[] testLabels = labels(read(testLabelsFile, false), testLabelsFile, testImages);
    final int height = images.shape()[1];
    final int width = images.shape()[2];
    if (testImages.shape()[1] != height || testImages.shape()[2] != width) {
      throw new DataException(
          "%s: expected images of %d x %d like the training images, found %d x %d."
              .formatted(
                  testImagesFile, height, width, testImages.shape()[1], testImages.shape()[2]));
    }
    checkRange(testLabels, classNames.size(), testLabelsFile);
    final ImageSet training =
        ImageSet.training(name + " training", 1, height, width, classNames, images.data(), labels);
    return new ImageData(
        name,
        training,
        new ImageSet(
            name + " test",
            1,
            height,
            width,
            classNames,
            testImages.data(),
            testLabels,
            training.statistics()));
  }

  /** The labels as int, one per image. */
  static int[] labels(IdxArray array, Object source, IdxArray images) {
    if (array.count() != images.count()) {
      throw new DataException(
          "%s: expected %s, one per image, found %,d."
              .formatted(source, Counted.of(images.count(), "label"), array.count()));
    }
    final int[] labels = new int[array.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = array.data()[i] & 0xff;
    }
    return labels;
  }

  private static void checkRange(int[] labels, int classes, Path file) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= classes) {
        throw new DataException(
            "%s: image %d has label %d, expected 0 to %d like the training labels."
                .formatted(file, i, labels[i], classes - 1));
      }
    }
  }

  /** Names 0, 1, ...; a label without images below the largest one points to a damaged file. */
  private static List<String> classNames(int[] labels, Path file) {
    final boolean[] present = new boolean[256];
    int largestAt = 0;
    for (int i = 0; i < labels.length; i++) {
      present[labels[i]] = true;
      largestAt = labels[i] > labels[largestAt] ? i : largestAt;
    }
    final int largest = labels[largestAt];
    for (int label = 0; label < largest; label++) {
      if (!present[label]) {
        throw new DataException(
            ("%s: image %d has label %d although no image has label %d;"
                    + " expected labels 0 to classes-1, each in use.")
                .formatted(file, largestAt, largest, label));
      }
    }
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  private static Path find(Path folder, String name) {
    return found(folder, name)
        .orElseThrow(
            () ->
                new DataException(
                    "%s: expected the file %s or %s.gz, found neither."
                        .formatted(folder, name, name)));
  }

  private static IdxArray read(Path file, boolean images) {
    final boolean compressed = file.toString().endsWith(".gz");
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream stream = compressed ? new GZIPInputStream(raw, 1 << 16) : raw) {
      final IdxArray array =
          images
              ? IdxArray.readImages(stream, file.toString())
              : IdxArray.readLabels(stream, file.toString());
      if (stream.read() >= 0) {
        throw new DataException(
            "%s: expected %s of data as its header says, found more."
                .formatted(file, Counted.of(array.data().length, "byte")));
      }
      return array;
    } catch (EOFException | ZipException e) {
      throw new DataException(file + ": the compressed file is cut short or damaged.", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }
}
