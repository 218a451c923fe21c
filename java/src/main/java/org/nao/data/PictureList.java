package org.nao.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nao.run.IoFailure;

/**
 * Which files of pictures lie in a folder, and of which class each is: {@code train/CLASS/FILE} and
 * the same in {@code test} or {@code val}, or {@code CLASS/FILE} alone. Classes are in the order of
 * their names, files in that of their paths; what begins with a dot is passed over.
 *
 * @param classNames of the folders
 * @param training files of the training set
 * @param test files of the test set; empty: there are no folders for one
 */
record PictureList(List<String> classNames, List<Source> training, List<Source> test) {
  private static final String TRAINING = "train";

  /** The first of these that has folders of pictures. */
  private static final List<String> TEST = List.of("test", "val", "valid", "validation");

  /** Archives of other systems have notes on files in such a folder. */
  private static final String NOTES = "__MACOSX";

  private static final int MOST_DEPTH = 8;

  /** Pictures may lie one folder below that of their class. */
  private static final int NESTED = 1;

  /**
   * A file.
   *
   * @param path in the tree
   * @param label of its class
   * @param entry what is known of it without reading it
   */
  record Source(String path, int label, FileTree.Entry entry) {
    /** Whether it is a file with a name of a picture. */
    boolean mayBePicture() {
      return entry.kind() == FileTree.Kind.FILE && PictureFormat.names(entry.name());
    }
  }

  /** Whether a folder has this layout: a folder in it, or in {@code train}, has a picture. */
  static boolean recognises(FileTree tree) {
    return hasClasses(tree, TRAINING, NESTED) || hasClasses(tree, "", 0);
  }

  /**
   * Lists all files.
   *
   * @throws DataException if there are fewer than two classes, or a class has no file
   */
  static PictureList of(FileTree tree) {
    final boolean divided = hasClasses(tree, TRAINING, NESTED);
    final String root = divided ? TRAINING : "";
    final List<String> classNames = folders(tree, root);
    if (!divided
        && (classNames.contains(TRAINING) || TEST.stream().anyMatch(classNames::contains))) {
      throw new DataException(
          "%s: expected folders of pictures in the folder %s, one for each class, found none."
              .formatted(tree.title(root), TRAINING));
    }
    if (classNames.size() < 2) {
      throw new DataException(
          ("%s: holds pictures of one class only, %s; expected a folder of pictures for each of two"
                  + " or more classes.")
              .formatted(tree.title(root), classNames.get(0)));
    }
    final List<Source> training = files(tree, root, classNames);
    requireAll(tree, root, classNames, training);
    final Optional<String> testRoot =
        TEST.stream().filter(each -> divided && hasClasses(tree, each, NESTED)).findFirst();
    testRoot.ifPresent(each -> requireKnown(tree, each, classNames));
    return new PictureList(
        classNames,
        training,
        testRoot.map(each -> files(tree, each, classNames)).orElseGet(List::of));
  }

  /** All files, also those in folders of folders, none with a label. */
  static List<Source> filesIn(FileTree tree) {
    final List<Source> files = new ArrayList<>();
    add(tree, "", 0, 0, files);
    return files;
  }

  private static void requireAll(
      FileTree tree, String root, List<String> classNames, List<Source> files) {
    final boolean[] present = new boolean[classNames.size()];
    files.stream().filter(Source::mayBePicture).forEach(each -> present[each.label] = true);
    for (int label = 0; label < present.length; label++) {
      if (!present[label]) {
        throw new DataException(
            "%s: expected pictures of the class, found none."
                .formatted(tree.title(FileTree.path(root, classNames.get(label)))));
      }
    }
  }

  private static void requireKnown(FileTree tree, String root, List<String> classNames) {
    for (final String name : folders(tree, root)) {
      if (!classNames.contains(name)) {
        throw new DataException(
            "%s: expected a folder of that name beside the training pictures, found none."
                .formatted(tree.title(FileTree.path(root, name))));
      }
    }
  }

  private static List<Source> files(FileTree tree, String root, List<String> classNames) {
    final List<Source> files = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      final String folder = FileTree.path(root, classNames.get(label));
      if (tree.find(folder).isPresent()) {
        add(tree, folder, label, 0, files);
      }
    }
    return files;
  }

  private static void add(FileTree tree, String folder, int label, int depth, List<Source> files) {
    if (depth == MOST_DEPTH) {
      throw new DataException(
          "%s: is too deep; folders of a class may have %d folders in each other."
              .formatted(tree.title(folder), MOST_DEPTH));
    }
    for (final FileTree.Entry entry : entries(tree, folder)) {
      final String path = FileTree.path(folder, entry.name());
      if (entry.kind() == FileTree.Kind.FOLDER) {
        add(tree, path, label, depth + 1, files);
      } else {
        files.add(new Source(path, label, entry));
      }
    }
  }

  private static boolean hasClasses(FileTree tree, String root, int depth) {
    return tree.find(root).filter(each -> each.kind() == FileTree.Kind.FOLDER).isPresent()
        && folders(tree, root).stream()
            .anyMatch(each -> hasPicture(tree, FileTree.path(root, each), depth));
  }

  /** Whether a folder, or one that is so many levels below, has a picture. */
  private static boolean hasPicture(FileTree tree, String folder, int depth) {
    final List<FileTree.Entry> entries = entries(tree, folder);
    return entries.stream()
            .anyMatch(each -> each.kind() == FileTree.Kind.FILE && PictureFormat.names(each.name()))
        || depth > 0
            && folders(tree, folder).stream()
                .anyMatch(each -> hasPicture(tree, FileTree.path(folder, each), depth - 1));
  }

  private static List<String> folders(FileTree tree, String folder) {
    return entries(tree, folder).stream()
        .filter(each -> each.kind() == FileTree.Kind.FOLDER)
        .map(FileTree.Entry::name)
        .toList();
  }

  private static List<FileTree.Entry> entries(FileTree tree, String folder) {
    try {
      return tree.entries(folder).stream()
          .filter(each -> !each.name().startsWith(".") && !each.name().equals(NOTES))
          .toList();
    } catch (IOException e) {
      throw new DataException(
          tree.title(folder) + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }
}
