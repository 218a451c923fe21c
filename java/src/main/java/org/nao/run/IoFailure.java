package org.nao.run;

import com.fasterxml.jackson.core.JacksonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Puts an I/O error of the operating system into a sentence. */
public final class IoFailure {
  private IoFailure() {}

  /** For example {@code runs/a/config.json: cannot be written (No space left on device).} */
  public static RunException of(Path path, String what, IOException e) {
    return new RunException("%s: %s (%s).".formatted(path, what, reason(e)), e);
  }

  /** Of a failure that nobody named a file for: its own is all that is known. */
  public static RunException of(IOException e) {
    final String file = e instanceof FileSystemException failure ? failure.getFile() : null;
    return new RunException(
        file == null
            ? "a file operation failed (%s).".formatted(reason(e))
            : "%s: cannot be used (%s).".formatted(file, reason(e)),
        e);
  }

  /** Whether the operating system failed, and not what a file holds is wrong. */
  public static boolean caused(RunException e) {
    return e.getCause() instanceof IOException && !(e.getCause() instanceof JacksonException);
  }

  /** The reason in a few words, without the path. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way";
    }
    if (e instanceof NotDirectoryException) {
      return "not a folder";
    }
    // As .gz and .xz that were cut short end, often without a message.
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
