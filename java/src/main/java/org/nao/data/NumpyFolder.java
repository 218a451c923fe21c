package org.nao.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nao.run.IoFailure;

/**
 * Arrays of NumPy's: {@code images}, N,H,W or N,H,W,C of uint8, and {@code labels}, whole numbers.
 * Both lie in {@code train.npz} and {@code test.npz}; or there are four arrays, {@code
 * train_images}, {@code train_labels}, {@code test_images}, {@code test_labels} or {@code x_train},
 * {@code y_train}, {@code x_test}, {@code y_test}; or two, of which a tenth becomes the test set.
 * An {@code .npz} file is an archive of {@code .npy} files.
 */
final class NumpyFolder {
  private static final List<String> ALONE = List.of("images", "labels");
  private static final List<List<String>> FOUR =
      List.of(
          List.of("train_images", "train_labels", "test_images", "test_labels"),
          List.of("x_train", "y_train", "x_test", "y_test"));
  private static final String TRAINING = "train.npz";
  private static final String TEST = "test.npz";

  private NumpyFolder() {}

  static boolean recognises(FileTree tree) {
    return hasFile(tree, ALONE.get(0) + ".npy")
        || four(tree).isPresent()
        || hasFile(tree, TRAINING) && tree instanceof FolderTree;
  }

  /** Whether there are images with their labels. */
  static boolean isComplete(FileTree tree) {
    return four(tree)
        .map(names -> names.stream().allMatch(each -> hasFile(tree, each + ".npy")))
        .orElseGet(
            () ->
                ALONE.stream().allMatch(each -> hasFile(tree, each + ".npy"))
                    || hasFile(tree, TRAINING) && hasFile(tree, TEST));
  }

  private static boolean hasFile(FileTree tree, String name) {
    return TreeFile.find(tree, name).isPresent();
  }

  private static Optional<List<String>> four(FileTree tree) {
    return FOUR.stream().filter(each -> hasFile(tree, each.get(0) + ".npy")).findFirst();
  }

  static ImageData load(FileTree tree, String name) {
    final Optional<List<String>> four = four(tree);
    if (four.isPresent()) {
      return read(tree, four.get().subList(0, 2)).with(name, read(tree, four.get().subList(2, 4)));
    }
    if (hasFile(tree, ALONE.get(0) + ".npy")) {
      return read(tree, ALONE).withoutTest(name, tree.title(""));
    }
    return archive(tree, TRAINING).with(name, archive(tree, TEST));
  }

  private static LabelledArrays archive(FileTree tree, String name) {
    if (!hasFile(tree, name)) {
      throw new DataException(
          "%s: expected this file beside %s, found none.".formatted(tree.title(name), TRAINING));
    }
    try (FileTree inside = ArchiveTree.open(tree.place().resolve(name))) {
      return read(inside, ALONE);
    } catch (IOException e) {
      throw new DataException(
          tree.title(name) + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  /** Images and labels of two arrays of these names. */
  private static LabelledArrays read(FileTree tree, List<String> names) {
    final NpyArray images = array(tree, names.get(0));
    final NpyArray labels = array(tree, names.get(1));
    final ByteImages pixels = images.images();
    return new LabelledArrays(
        pixels, labels.labels(pixels.count()), images.source(), labels.source());
  }

  private static NpyArray array(FileTree tree, String name) {
    final String file = name + ".npy";
    return NpyArray.read(
        TreeFile.find(tree, file)
            .orElseThrow(
                () ->
                    new DataException(
                        tree.title(file) + ": expected an array of that name, found none.")));
  }
}
