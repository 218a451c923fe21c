package org.nao.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The terminals behind this process' output. The Java library can tell only whether standard output
 * and input are one together, Linux can for each.
 */
public final class Terminal {
  public static final int STANDARD_OUTPUT = 1;
  static final int STANDARD_ERROR = 2;

  private Terminal() {}

  /** The device behind a file descriptor, empty where that is no terminal. */
  static Optional<String> device(int descriptor) {
    try {
      final String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
          ? Optional.of(target)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The columns of the terminal behind a file descriptor, empty where there is none. */
  public static OptionalInt columns(int descriptor) {
    return device(descriptor).map(Terminal::columnsOf).orElse(OptionalInt.empty());
  }

  private static OptionalInt columnsOf(String device) {
    try {
      final Process stty =
          new ProcessBuilder("stty", "-F", device, "size")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      final String[] size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ");
      final int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
      return columns > 1 ? OptionalInt.of(columns) : OptionalInt.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
