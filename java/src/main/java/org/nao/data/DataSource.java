package org.nao.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nao.run.Folders;
import org.nao.run.IoFailure;

/**
 * Where images come from: the embedded data set, a folder or an archive, or one of that name in the
 * data home.
 *
 * @param name short name
 * @param folder or archive in which its files are; empty for the embedded data set
 */
public record DataSource(String name, Optional<Path> folder) {
  /** The data set used when none is named. */
  public static final String DEFAULT = FashionMnistMini.NAME;

  /** Environment variable naming the data home. */
  public static final String HOME_VARIABLE = "NAO_DATA";

  /** {@link #resolve(String, Optional)} with the data home of the environment. */
  public static DataSource resolve(String nameOrFolder) {
    return resolve(nameOrFolder, home());
  }

  /**
   * The embedded data set's name, else a folder or archive, else one of that name in {@code home}.
   *
   * @throws DataException if there is no such name, folder or archive
   */
  public static DataSource resolve(String nameOrFolder, Optional<Path> home) {
    if (nameOrFolder.equals(FashionMnistMini.NAME)) {
      return new DataSource(nameOrFolder, Optional.empty());
    }
    try {
      final Path folder = Path.of(nameOrFolder);
      if (holdsFiles(folder)) {
        return new DataSource(
            folder.toAbsolutePath().normalize().getFileName() == null
                ? nameOrFolder
                : folder.toAbsolutePath().normalize().getFileName().toString(),
            Optional.of(folder));
      }
      if (home.isPresent() && holdsFiles(home.get().resolve(nameOrFolder))) {
        return new DataSource(nameOrFolder, Optional.of(home.get().resolve(nameOrFolder)));
      }
    } catch (InvalidPathException e) {
      throw unknown(nameOrFolder, home, e);
    }
    throw unknown(nameOrFolder, home, null);
  }

  private static boolean holdsFiles(Path path) {
    return Files.isDirectory(path) || Files.isRegularFile(path) && ArchiveTree.names(path);
  }

  /**
   * What names the images from any working folder: the absolute path of a folder or archive, else
   * the name as it is.
   */
  public static String place(String nameOrFolder) {
    try {
      final Path folder = Path.of(nameOrFolder);
      return !nameOrFolder.equals(FashionMnistMini.NAME) && holdsFiles(folder)
          ? folder.toAbsolutePath().normalize().toString()
          : nameOrFolder;
    } catch (InvalidPathException e) {
      return nameOrFolder; // Reading it will say what is wrong.
    }
  }

  /**
   * The embedded data set, and every folder of {@code home} that a reader recognises and every
   * archive, by name.
   */
  public static List<DataSource> all(Optional<Path> home) {
    final List<DataSource> sources = new ArrayList<>();
    sources.add(new DataSource(FashionMnistMini.NAME, Optional.empty()));
    if (home.isPresent()) {
      try {
        Folders.entries(home.get()).stream()
            .filter(DataSource::isOffered)
            .map(entry -> new DataSource(entry.getFileName().toString(), Optional.of(entry)))
            .forEach(sources::add);
      } catch (IOException e) {
        throw new DataException(
            "%s: the data home (%s) cannot be read.".formatted(home.get(), HOME_VARIABLE), e);
      }
    }
    return sources;
  }

  /** Archives that are read from the beginning to the end are offered by their names. */
  private static boolean isOffered(Path entry) {
    if (!holdsFiles(entry)) {
      return false;
    }
    try {
      final Path files = files(entry);
      if (!Files.isDirectory(files) && ArchiveTree.isSlow(files)) {
        return true;
      }
      try (FileTree tree = open(files)) {
        return FolderLayout.isOffered(tree);
      }
    } catch (DataException | IOException e) {
      return false;
    }
  }

  /** The archive in a folder, if there is exactly one. */
  private static Optional<Path> onlyArchive(Path folder) {
    try {
      final List<Path> archives =
          Folders.entries(folder).stream()
              .filter(each -> !Files.isDirectory(each) && holdsFiles(each))
              .toList();
      return archives.size() == 1 ? Optional.of(archives.get(0)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The data home of the environment, if {@value #HOME_VARIABLE} is set. */
  public static Optional<Path> home() {
    return Optional.ofNullable(System.getenv(HOME_VARIABLE))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }

  /** The images as they are. */
  public ImageData load() {
    return load(ImageForm.AS_THEY_ARE);
  }

  /**
   * Reads and checks all images.
   *
   * @throws DataException naming the file at fault
   */
  public ImageData load(ImageForm form) {
    return read(form).formed(form);
  }

  /** As {@link #load(ImageForm)}, but arrays of images as they are. */
  public ImageData read(ImageForm form) {
    if (folder.isEmpty()) {
      return FashionMnistMini.load();
    }
    try (FileTree all = open(files(folder.get()))) {
      final FileTree tree = FolderLayout.locate(all);
      return FolderLayout.of(tree).orElseThrow().load(tree, name, form);
    } catch (IOException e) {
      throw new DataException(folder.get() + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  /** The folder or archive itself, or the archive that is all a folder holds of a data set. */
  private static Path files(Path path) {
    return Files.isDirectory(path) && FolderLayout.search(new FolderTree(path)).isEmpty()
        ? onlyArchive(path).orElse(path)
        : path;
  }

  private static FileTree open(Path path) {
    return Files.isDirectory(path) ? new FolderTree(path) : ArchiveTree.open(path);
  }

  private static DataException unknown(String name, Optional<Path> home, Throwable cause) {
    return new DataException(
        "no data set '%s': expected a folder, an archive (%s)%s or %s."
            .formatted(
                name,
                ArchiveTree.ENDINGS,
                home.map(path -> ", the name of one in " + path).orElse(""),
                FashionMnistMini.NAME),
        cause);
  }
}
