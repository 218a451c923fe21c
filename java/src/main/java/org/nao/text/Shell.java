package org.nao.text;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines as a POSIX shell reads them. */
public final class Shell {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

  private Shell() {}

  /** One word, in quotes where the shell would read it as something else. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Words with spaces between them, each {@link #quoted}. */
  public static String line(String... words) {
    return Arrays.stream(words).map(Shell::quoted).collect(Collectors.joining(" "));
  }
}
