package org.nao.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.nao.run.Folders;

/**
 * The files of a folder.
 *
 * @param root the folder
 */
record FolderTree(Path root) implements FileTree {
  @Override
  public Path place() {
    return root;
  }

  @Override
  public String title(String path) {
    return root.resolve(path).toString();
  }

  @Override
  public List<Entry> entries(String folder) throws IOException {
    return Folders.entries(root.resolve(folder)).stream().map(FolderTree::entry).toList();
  }

  @Override
  public Optional<Entry> find(String path) {
    final Path file = root.resolve(path);
    return Files.exists(file) ? Optional.of(entry(file)) : Optional.empty();
  }

  @Override
  public InputStream open(String file) throws IOException {
    return Files.newInputStream(root.resolve(file));
  }

  @Override
  public FileTree at(String folder) {
    return new FolderTree(root.resolve(folder));
  }

  private static Entry entry(Path file) {
    final String name = file.getFileName() == null ? "" : file.getFileName().toString();
    try {
      final BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      final Kind kind =
          found.isDirectory() ? Kind.FOLDER : found.isRegularFile() ? Kind.FILE : Kind.OTHER;
      return new Entry(name, kind, found.size(), found.lastModifiedTime().toMillis());
    } catch (IOException e) { // a link that leads nowhere or to itself
      return new Entry(name, Kind.OTHER, 0, 0);
    }
  }
}
