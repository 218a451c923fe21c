package org.nao.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of a folder of a tree, which stays open with that tree.
 *
 * @param tree the whole
 * @param folder path in it
 */
record SubTree(FileTree tree, String folder) implements FileTree {
  @Override
  public Path place() {
    return tree.place().resolve(folder);
  }

  @Override
  public String title(String path) {
    return tree.title(inside(path));
  }

  @Override
  public List<Entry> entries(String path) throws IOException {
    return tree.entries(inside(path));
  }

  @Override
  public Optional<Entry> find(String path) {
    return tree.find(inside(path));
  }

  @Override
  public InputStream open(String file) throws IOException {
    return tree.open(inside(file));
  }

  @Override
  public FileTree at(String path) {
    return new SubTree(tree, inside(path));
  }

  private String inside(String path) {
    return path.isEmpty() ? folder : FileTree.path(folder, path);
  }
}
