package org.nao.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.text.Counted;

/**
 * A folder of CIFAR-10 ({@code data_batch_1} ..., {@code test_batch}, {@code batches.meta}) or
 * CIFAR-100 ({@code train}, {@code test}, {@code meta}) in the version for Python. Each file is a
 * dictionary with {@code data}, N,3072 bytes of 3,32,32 pixels, and {@code labels} or {@code
 * fine_labels}.
 */
final class CifarPython {
  private static final String BATCH = "data_batch_";
  private static final int MOST_BATCHES = 5;
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int IMAGE_BYTES = CHANNELS * SIDE * SIDE;

  private CifarPython() {}

  static boolean recognises(FileTree tree) {
    return isFile(tree, BATCH + 1) || isHundred(tree);
  }

  /** Whether there are training and test images. */
  static boolean isComplete(FileTree tree) {
    return isHundred(tree) || isFile(tree, BATCH + 1) && isFile(tree, "test_batch");
  }

  private static boolean isHundred(FileTree tree) {
    return isFile(tree, "train") && isFile(tree, "test");
  }

  private static boolean isFile(FileTree tree, String name) {
    return TreeFile.find(tree, name).isPresent();
  }

  static ImageData load(FileTree tree, String name) {
    final boolean hundred = !isFile(tree, BATCH + 1);
    final List<Batch> training = new ArrayList<>();
    if (hundred) {
      training.add(Batch.read(file(tree, "train"), "fine_labels"));
    } else {
      final int last =
          IntStream.rangeClosed(1, MOST_BATCHES)
              .filter(batch -> isFile(tree, BATCH + batch))
              .max()
              .getAsInt();
      for (int batch = 1; batch <= last; batch++) {
        training.add(Batch.read(file(tree, BATCH + batch), "labels"));
      }
    }
    final Batch test =
        hundred
            ? Batch.read(file(tree, "test"), "fine_labels")
            : Batch.read(file(tree, "test_batch"), "labels");
    final Optional<List<String>> names =
        TreeFile.find(tree, hundred ? "meta" : "batches.meta")
            .map(file -> names(file, hundred ? "fine_label_names" : "label_names"));
    final Batch all = Batch.joined(training);
    return all.arrays(names.orElseGet(() -> numbers(hundred ? 100 : 10)))
        .with(name, test.arrays(List.of()));
  }

  private static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private static TreeFile file(FileTree tree, String name) {
    return TreeFile.find(tree, name)
        .orElseThrow(
            () ->
                new DataException(
                    tree.title(name)
                        + ": expected this file of CIFAR's version for Python, found none."));
  }

  private static List<String> names(TreeFile file, String key) {
    final List<String> names = new ArrayList<>();
    if (Pickle.dictionary(file.read(), file).get(key) instanceof List<?> found) {
      found.forEach(each -> names.add(String.valueOf(each)));
    }
    if (names.isEmpty()) {
      throw new DataException("%s: expected a list of names, %s, found none.".formatted(file, key));
    }
    return names;
  }

  /**
   * What one file holds.
   *
   * @param source that messages name
   */
  private record Batch(TreeFile source, byte[] pixels, int[] labels) {
    private static Batch read(TreeFile file, String labelsKey) {
      final Map<?, ?> dictionary = Pickle.dictionary(file.read(), file);
      if (!(dictionary.get("data") instanceof Pickle.Array array)
          || array.shape().size() != 2
          || !array.shape().get(1).equals((long) IMAGE_BYTES)
          || !array.shape().get(0).equals((long) array.data().length / IMAGE_BYTES)
          || array.data().length % IMAGE_BYTES != 0) {
        throw new DataException(
            "%s: expected an array, data, of rows of %,d bytes, found none."
                .formatted(file, IMAGE_BYTES));
      }
      final int count = array.data().length / IMAGE_BYTES;
      if (!(dictionary.get(labelsKey) instanceof List<?> labels) || labels.size() != count) {
        throw new DataException(
            "%s: expected a list, %s, of %s, found none."
                .formatted(file, labelsKey, Counted.of(count, "label")));
      }
      return new Batch(
          file,
          array.data(),
          labels.stream()
              .mapToInt(each -> each instanceof Long label ? (int) (long) label : -1)
              .toArray());
    }

    private LabelledArrays arrays(List<String> classNames) {
      return new LabelledArrays(
          new ByteImages(labels.length, CHANNELS, SIDE, SIDE, pixels),
          labels,
          source,
          source,
          classNames);
    }

    private static Batch joined(List<Batch> batches) {
      final long bytes = batches.stream().mapToLong(each -> each.pixels.length).sum();
      if (bytes > Integer.MAX_VALUE - Long.BYTES) {
        throw new DataException(
            "%s: expected at most %,d images, found more."
                .formatted(batches.get(0).source, Integer.MAX_VALUE / IMAGE_BYTES));
      }
      final byte[] pixels = new byte[(int) bytes];
      int start = 0;
      for (final Batch each : batches) {
        System.arraycopy(each.pixels, 0, pixels, start, each.pixels.length);
        start += each.pixels.length;
      }
      return new Batch(
          batches.get(0).source,
          pixels,
          batches.stream().flatMapToInt(each -> IntStream.of(each.labels)).toArray());
    }
  }
}
