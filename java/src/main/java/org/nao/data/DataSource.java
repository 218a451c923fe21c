package org.nao.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nao.run.Folders;

/**
 * Where images come from: the embedded data set, a folder, or a folder named below the data home.
 *
 * @param name short name
 * @param folder where its files are; empty for the embedded data set
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
   * The embedded data set's name, else a folder, else a folder of that name in {@code home}.
   *
   * @throws DataException if there is no such name or folder
   */
  public static DataSource resolve(String nameOrFolder, Optional<Path> home) {
    if (nameOrFolder.equals(FashionMnistMini.NAME)) {
      return new DataSource(nameOrFolder, Optional.empty());
    }
    try {
      final Path folder = Path.of(nameOrFolder);
      if (Files.isDirectory(folder)) {
        return new DataSource(
            folder.toAbsolutePath().normalize().getFileName() == null
                ? nameOrFolder
                : folder.toAbsolutePath().normalize().getFileName().toString(),
            Optional.of(folder));
      }
      if (home.isPresent() && Files.isDirectory(home.get().resolve(nameOrFolder))) {
        return new DataSource(nameOrFolder, Optional.of(home.get().resolve(nameOrFolder)));
      }
    } catch (InvalidPathException e) {
      throw unknown(nameOrFolder, home, e);
    }
    throw unknown(nameOrFolder, home, null);
  }

  /**
   * What names the images from any working folder: the absolute path of a folder, else the name as
   * it is.
   */
  public static String place(String nameOrFolder) {
    try {
      final Path folder = Path.of(nameOrFolder);
      return !nameOrFolder.equals(FashionMnistMini.NAME) && Files.isDirectory(folder)
          ? folder.toAbsolutePath().normalize().toString()
          : nameOrFolder;
    } catch (InvalidPathException e) {
      return nameOrFolder; // Reading it will say what is wrong.
    }
  }

  /** The embedded data set and every folder of {@code home} that a reader recognises, by name. */
  public static List<DataSource> all(Optional<Path> home) {
    final List<DataSource> sources = new ArrayList<>();
    sources.add(new DataSource(FashionMnistMini.NAME, Optional.empty()));
    if (home.isPresent()) {
      try {
        Folders.entries(home.get()).stream()
            .filter(entry -> FolderLayout.of(entry).isPresent())
            .map(entry -> new DataSource(entry.getFileName().toString(), Optional.of(entry)))
            .forEach(sources::add);
      } catch (IOException e) {
        throw new DataException(
            "%s: the data home (%s) cannot be read.".formatted(home.get(), HOME_VARIABLE), e);
      }
    }
    return sources;
  }

  /** The data home of the environment, if {@value #HOME_VARIABLE} is set. */
  public static Optional<Path> home() {
    return Optional.ofNullable(System.getenv(HOME_VARIABLE))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }

  /**
   * Reads and checks all images.
   *
   * @throws DataException naming the file at fault
   */
  public ImageData load() {
    if (folder.isEmpty()) {
      return FashionMnistMini.load();
    }
    final Path path = FolderLayout.locate(folder.get());
    return FolderLayout.of(path).orElseThrow().load(path, name);
  }

  private static DataException unknown(String name, Optional<Path> home, Throwable cause) {
    return new DataException(
        "no data set '%s': expected a folder%s or %s."
            .formatted(
                name,
                home.map(path -> ", a folder's name in " + path).orElse(""),
                FashionMnistMini.NAME),
        cause);
  }
}
