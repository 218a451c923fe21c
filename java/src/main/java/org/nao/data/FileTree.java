package org.nao.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of one place, a folder or an archive. Paths are relative to it, with slashes; the empty
 * one is the place itself.
 */
interface FileTree extends Closeable {

  /** What lies in a folder. */
  enum Kind {
    FILE,
    FOLDER,
    /** For example a link that leads nowhere, or a pipe. */
    OTHER
  }

  /**
   * A file or folder.
   *
   * @param bytes of a file
   * @param changed milliseconds since 1970 at which it was last changed
   */
  record Entry(String name, Kind kind, long bytes, long changed) {}

  /** Where the files are: a folder or an archive. */
  Path place();

  /** What messages call a file or folder. */
  String title(String path);

  /** What lies in a folder, sorted by name; a link counts as what it leads to. */
  List<Entry> entries(String folder) throws IOException;

  /** A file or folder; empty if there is none. */
  Optional<Entry> find(String path);

  InputStream open(String file) throws IOException;

  /** The files of a folder in this place. */
  FileTree at(String folder);

  /** Ends the use of this tree and of those at its folders. */
  @Override
  default void close() throws IOException {}

  /** The path of something in a folder. */
  static String path(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
