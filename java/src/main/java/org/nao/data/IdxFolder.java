package org.nao.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.nao.run.IoFailure;
import org.nao.text.Counted;

/**
 * A folder in MNIST's layout: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and
 * the same with {@code t10k}, each plain or with {@code .gz}; some mirrors have a dot before {@code
 * idx}. Images in colour have {@code idx4}. The classes are those of the training labels.
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
  static boolean recognises(FileTree tree) {
    return FILES.stream().anyMatch(name -> found(tree, name).isPresent());
  }

  /** Whether all of them are there. */
  static boolean isComplete(FileTree tree) {
    return FILES.stream().allMatch(name -> found(tree, name).isPresent());
  }

  /** The file of that name, however it is spelled. */
  private static Optional<TreeFile> found(FileTree tree, String name) {
    return Stream.of(name, name.replace("idx3", "idx4"))
        .flatMap(each -> Stream.of(each, each.replace("-idx", ".idx")))
        .flatMap(each -> Stream.of(each, each + ".gz"))
        .flatMap(each -> TreeFile.find(tree, each).stream())
        .findFirst();
  }

  static ImageData load(FileTree tree, String name) {
    final TreeFile imagesFile = find(tree, TRAIN_IMAGES);
    final TreeFile labelsFile = find(tree, TRAIN_LABELS);
    final TreeFile testImagesFile = find(tree, TEST_IMAGES);
    final TreeFile testLabelsFile = find(tree, TEST_LABELS);
    final ByteImages images = ByteImages.of(read(imagesFile, true), imagesFile);
    final int[] labels = labels(read(labelsFile, false), labelsFile, images.count());
    final ByteImages testImages = ByteImages.of(read(testImagesFile, true), testImagesFile);
    final int[] testLabels =
        labels(read(testLabelsFile, false), testLabelsFile, testImages.count());
    return new LabelledArrays(images, labels, imagesFile, labelsFile)
        .with(name, new LabelledArrays(testImages, testLabels, testImagesFile, testLabelsFile));
  }

  /** The labels as int, one per image. */
  static int[] labels(IdxArray array, Object source, int images) {
    if (array.count() != images) {
      throw new DataException(
          "%s: expected %s, one per image, found %,d."
              .formatted(source, Counted.of(images, "label"), array.count()));
    }
    final int[] labels = new int[array.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = array.data()[i] & 0xff;
    }
    return labels;
  }

  private static TreeFile find(FileTree tree, String name) {
    return found(tree, name)
        .orElseThrow(
            () ->
                new DataException(
                    "%s: expected the file %s or %s.gz, found neither."
                        .formatted(tree.title(""), name, name)));
  }

  private static IdxArray read(TreeFile file, boolean images) {
    final boolean compressed = file.path().endsWith(".gz");
    try (InputStream raw = new BufferedInputStream(file.open());
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
