package org.nao.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.nao.run.IoFailure;
import org.nao.run.TextFiles;
import org.nao.text.Counted;

/**
 * A file that is there; as text what messages call it.
 *
 * @param tree in which it lies
 * @param path in the tree
 * @param bytes how long it is
 */
record TreeFile(FileTree tree, String path, long bytes) {

  /** The file of that path; empty if there is none. */
  static Optional<TreeFile> find(FileTree tree, String path) {
    return tree.find(path)
        .filter(each -> each.kind() == FileTree.Kind.FILE)
        .map(each -> new TreeFile(tree, path, each.bytes()));
  }

  InputStream open() throws IOException {
    return tree.open(path);
  }

  /**
   * All of it.
   *
   * @throws DataException if it cannot be read, or is not as long as it was said to be
   */
  byte[] read() {
    if (bytes > Integer.MAX_VALUE - Long.BYTES) {
      throw new DataException(
          ("%s: has %,d bytes, files of arrays may have at most %,d; larger sets can be folders of"
                  + " pictures.")
              .formatted(this, bytes, Integer.MAX_VALUE - Long.BYTES));
    }
    try (InputStream stream = open()) {
      final int expected = (int) Math.max(0, bytes);
      final byte[] found = stream.readNBytes(expected);
      if (found.length != bytes || stream.read() >= 0) {
        throw new DataException(
            "%s: expected %s, found %s."
                .formatted(
                    this,
                    Counted.of(bytes, "byte"),
                    found.length < expected ? Counted.of(found.length, "byte") : "more"));
      }
      return found;
    } catch (EOFException | ZipException e) {
      throw new DataException(this + ": the compressed file is cut short or damaged.", e);
    } catch (IOException e) {
      throw new DataException(this + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  /**
   * The lines of a text.
   *
   * @throws DataException if it cannot be read
   */
  List<String> lines() {
    try (InputStream stream = open()) {
      return TextFiles.lines(stream, Path.of(toString()));
    } catch (IOException e) {
      throw new DataException(this + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  @Override
  public String toString() {
    return tree.title(path);
  }
}
