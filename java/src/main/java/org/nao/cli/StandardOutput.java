package org.nao.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nao.run.IoFailure;

/**
 * Standard output that says when it cannot be written: Java's own keeps that to itself, and all
 * results would be lost unnoticed.
 */
final class StandardOutput extends OutputStream {
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

  private final OutputStream target = new FileOutputStream(FileDescriptor.out);

  /** Nothing more can be written. */
  static final class Unwritable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean unread;

    Unwritable(IOException cause, boolean unread) {
      super("standard output cannot be written (" + IoFailure.reason(cause) + ").", cause);
      this.unread = unread;
    }

    /** Whether that is since nobody reads it any more, as behind {@code | head}. */
    boolean unread() {
      return unread;
    }
  }

  /** A writer of text in the characters of the user's locale. */
  static PrintWriter writer() {
    final Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    return new PrintWriter(new OutputStreamWriter(new StandardOutput(), charset));
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    try {
      target.write(bytes, offset, count);
    } catch (IOException e) {
      throw new Unwritable(e, isPipe());
    }
  }

  /** Writing into a pipe or a socket fails for no other reason than that its reader has gone. */
  private static boolean isPipe() {
    try {
      final String kind = Files.readSymbolicLink(DESCRIPTOR).toString();
      return kind.startsWith("pipe:") || kind.startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
