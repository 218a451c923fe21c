package org.nao.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.nao.run.IoFailure;

/** The layouts of files in which a folder may hold a data set: the one list of them. */
enum FolderLayout {
  /** MNIST's. */
  IDX(
      IdxFolder::recognises,
      IdxFolder::isComplete,
      (tree, name, form) -> IdxFolder.load(tree, name),
      "IDX files (train-images-idx3-ubyte[.gz] and so on)"),
  /** CIFAR's. */
  CIFAR(
      CifarFolder::recognises,
      CifarFolder::isComplete,
      (tree, name, form) -> CifarFolder.load(tree, name),
      "CIFAR binary files (data_batch_1.bin and test_batch.bin, or train.bin and test.bin)"),
  /** CIFAR's for Python. */
  CIFAR_PYTHON(
      CifarPython::recognises,
      CifarPython::isComplete,
      (tree, name, form) -> CifarPython.load(tree, name),
      "CIFAR's files for Python (data_batch_1, or train and test)"),
  /** NumPy's arrays. */
  NUMPY(
      NumpyFolder::recognises,
      NumpyFolder::isComplete,
      (tree, name, form) -> NumpyFolder.load(tree, name),
      "NumPy's arrays (images.npy and labels.npy, or train.npz and test.npz)"),
  /** Files of pictures, a folder for each class. */
  PICTURES(
      PictureList::recognises,
      PictureList::recognises,
      PictureFolder::load,
      "pictures (train/CLASS/*.png and so on, and test or val beside train; or CLASS/*.png)");

  /** Libraries unpack data sets into such folders: MNIST/raw, cifar-10-batches-bin. */
  private static final int DEPTH = 2;

  private final Predicate<FileTree> recognises;
  private final Predicate<FileTree> complete;
  private final Reader reader;
  private final String files;

  /** Reads and checks all images; arrays of them as they are. */
  @FunctionalInterface
  private interface Reader {
    ImageData load(FileTree tree, String name, ImageForm form);
  }

  FolderLayout(
      Predicate<FileTree> recognises, Predicate<FileTree> complete, Reader reader, String files) {
    this.recognises = recognises;
    this.complete = complete;
    this.reader = reader;
    this.files = files;
  }

  /** The layout of a folder itself. */
  static Optional<FolderLayout> of(FileTree folder) {
    return Arrays.stream(values()).filter(each -> each.recognises.test(folder)).findFirst();
  }

  /**
   * The folder that holds the files: {@code tree}, or the only one in it, at most two levels down.
   *
   * @throws DataException if there is none or there are several
   */
  static FileTree locate(FileTree tree) {
    final List<FileTree> inside = search(tree);
    if (inside.size() == 1) {
      return inside.get(0);
    }
    if (inside.size() > 1) {
      throw new DataException(
          "%s: holds several data sets, name one of them: %s."
              .formatted(
                  tree.title(""),
                  inside.stream().map(each -> each.title("")).collect(Collectors.joining(", "))));
    }
    throw new DataException(
        "%s: expected %s, found none of them."
            .formatted(
                tree.title(""),
                Arrays.stream(values())
                    .map(each -> each.files)
                    .collect(Collectors.joining(" or "))));
  }

  /** All folders that hold files of a data set: {@code tree}, or those in it. */
  static List<FileTree> search(FileTree tree) {
    final List<FileTree> inside = new ArrayList<>();
    find(tree, "", DEPTH, inside);
    return inside;
  }

  /** Whether {@link #locate} finds a folder, and all files are there that its layout needs. */
  static boolean isOffered(FileTree tree) {
    final List<FileTree> inside = search(tree);
    return inside.size() == 1 && of(inside.get(0)).orElseThrow().complete.test(inside.get(0));
  }

  /** Adds the folders with a layout, but none within another. */
  private static void find(FileTree tree, String folder, int depth, List<FileTree> found) {
    final FileTree here = tree.at(folder);
    if (of(here).isPresent()) {
      found.add(here);
    } else if (depth > 0) {
      try {
        for (final FileTree.Entry entry : tree.entries(folder)) {
          if (entry.kind() == FileTree.Kind.FOLDER) {
            find(tree, FileTree.path(folder, entry.name()), depth - 1, found);
          }
        }
      } catch (IOException e) {
        throw new DataException(
            tree.title(folder) + ": cannot be read (" + IoFailure.reason(e) + ").", e);
      }
    }
  }

  /** Reads and checks all images of a folder of this layout; arrays of them as they are. */
  ImageData load(FileTree folder, String name, ImageForm form) {
    return reader.load(folder, name, form);
  }
}
