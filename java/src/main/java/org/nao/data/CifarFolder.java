package org.nao.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.text.Counted;

/**
 * A folder in the binary layout of CIFAR-10 ({@code data_batch_1.bin} ..., {@code test_batch.bin})
 * or CIFAR-100 ({@code train.bin}, {@code test.bin}). A record is one label byte (CIFAR-100: the
 * coarse, then the fine label, which is used) and 3,32,32 bytes of pixels. Fewer batches or images
 * than the official ones are a subset, not an error.
 */
final class CifarFolder {
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int IMAGE_BYTES = CHANNELS * SIDE * SIDE;
  private static final String BATCH = "data_batch_%d.bin";
  private static final int MOST_BATCHES = 5;

  /** What differs between CIFAR-10 and CIFAR-100. */
  private enum Layout {
    CIFAR10(10, 1, "test_batch.bin", "batches.meta.txt"),
    CIFAR100(100, 2, "test.bin", "fine_label_names.txt");

    private final int classes;
    private final int labelBytes;
    private final String testFile;
    private final String namesFile;

    Layout(int classes, int labelBytes, String testFile, String namesFile) {
      this.classes = classes;
      this.labelBytes = labelBytes;
      this.testFile = testFile;
      this.namesFile = namesFile;
    }
  }

  private CifarFolder() {}

  static boolean recognises(FileTree tree) {
    return batches(tree).length > 0
        || tree.find("train.bin").isPresent()
        || tree.find(Layout.CIFAR10.testFile).isPresent();
  }

  /** Whether there are training and test images. */
  static boolean isComplete(FileTree tree) {
    return tree.find("train.bin").isPresent()
        ? tree.find(Layout.CIFAR100.testFile).isPresent()
        : batches(tree).length > 0 && tree.find(Layout.CIFAR10.testFile).isPresent();
  }

  static ImageData load(FileTree tree, String name) {
    final boolean hundred = tree.find("train.bin").isPresent();
    final Layout layout = hundred ? Layout.CIFAR100 : Layout.CIFAR10;
    final List<TreeFile> files = hundred ? List.of(file(tree, "train.bin")) : batchFiles(tree);
    final List<String> classNames = classNames(tree, layout);
    final Records trainRecords = read(files, layout);
    final ImageSet training =
        ImageSet.training(
            name + " training",
            CHANNELS,
            SIDE,
            SIDE,
            classNames,
            trainRecords.pixels,
            trainRecords.labels);
    final Records testRecords = read(List.of(file(tree, layout.testFile)), layout);
    final ImageSet test =
        new ImageSet(
            name + " test",
            CHANNELS,
            SIDE,
            SIDE,
            classNames,
            testRecords.pixels,
            testRecords.labels,
            training.statistics());
    return new ImageData(name, training, test);
  }

  private static int[] batches(FileTree tree) {
    return IntStream.rangeClosed(1, MOST_BATCHES)
        .filter(batch -> tree.find(BATCH.formatted(batch)).isPresent())
        .toArray();
  }

  /** Batches 1 to the last one present; a hole is a missing file. */
  private static List<TreeFile> batchFiles(FileTree tree) {
    final int[] present = batches(tree);
    final int last = present.length == 0 ? 1 : present[present.length - 1];
    return IntStream.rangeClosed(1, last)
        .mapToObj(batch -> file(tree, BATCH.formatted(batch)))
        .toList();
  }

  private static List<String> classNames(FileTree tree, Layout layout) {
    final Optional<TreeFile> file = TreeFile.find(tree, layout.namesFile);
    if (file.isEmpty()) {
      return IntStream.range(0, layout.classes).mapToObj(Integer::toString).toList();
    }
    final List<String> names = file.get().lines().stream().filter(line -> !line.isBlank()).toList();
    if (names.size() != layout.classes) {
      throw new DataException(
          "%s: expected %s, one per line, found %d."
              .formatted(file.get(), Counted.of(layout.classes, "class name"), names.size()));
    }
    return names;
  }

  private static TreeFile file(FileTree tree, String name) {
    return TreeFile.find(tree, name)
        .orElseThrow(
            () ->
                new DataException(
                    tree.title(name)
                        + ": expected this file of the CIFAR binary layout, found none."));
  }

  private static Records read(List<TreeFile> files, Layout layout) {
    final int recordBytes = layout.labelBytes + IMAGE_BYTES;
    final List<Integer> counts = new ArrayList<>();
    long total = 0;
    for (final TreeFile file : files) {
      final long bytes = file.bytes();
      if (bytes == 0 || bytes % recordBytes != 0) {
        throw new DataException(
            ("%s: expected a multiple of %d bytes (%d of label, %d x %d x %d of pixels), found %d;"
                    + " the file is cut short or of another format.")
                .formatted(file, recordBytes, layout.labelBytes, CHANNELS, SIDE, SIDE, bytes));
      }
      counts.add((int) Math.min(bytes / recordBytes, Integer.MAX_VALUE));
      total += bytes / recordBytes;
    }
    if (total * IMAGE_BYTES > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: expected at most %d images, found %d."
              .formatted(files.get(0), Integer.MAX_VALUE / IMAGE_BYTES, total));
    }
    final Records records = new Records((int) total);
    int start = 0;
    for (int i = 0; i < files.size(); i++) {
      records.fill(files.get(i), layout, start, counts.get(i));
      start += counts.get(i);
    }
    return records;
  }

  /** Labels and pixels of some files one after another. */
  private static final class Records {
    private final int[] labels;
    private final byte[] pixels;

    Records(int count) {
      labels = new int[count];
      pixels = new byte[count * IMAGE_BYTES];
    }

    void fill(TreeFile file, Layout layout, int start, int count) {
      final int recordBytes = layout.labelBytes + IMAGE_BYTES;
      final byte[] data = file.read();
      if (data.length != count * recordBytes) {
        throw new DataException(
            "%s: expected %d bytes, found %d; the file changed while it was read."
                .formatted(file, count * recordBytes, data.length));
      }
      for (int i = 0; i < count; i++) {
        final int label = data[i * recordBytes + layout.labelBytes - 1] & 0xff;
        if (label >= layout.classes) {
          throw new DataException(
              "%s: image %d has label %d, expected 0 to %d."
                  .formatted(file, i, label, layout.classes - 1));
        }
        labels[start + i] = label;
        System.arraycopy(
            data,
            i * recordBytes + layout.labelBytes,
            pixels,
            (start + i) * IMAGE_BYTES,
            IMAGE_BYTES);
      }
    }
  }
}
