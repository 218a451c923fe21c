package org.nao.cli;

import java.util.Arrays;
import org.nao.text.Shell;

/** How the user called nao, for command lines that are to be pasted. */
final class Launcher {
  private static final String PROPERTY = "nao.launcher";

  private Launcher() {}

  /** The launcher's name or path, as the user gave it. */
  static String name() {
    return System.getProperty(PROPERTY, "nao");
  }

  /** The command line with these words, quoted as the shell needs it. */
  static String line(String... words) {
    final String name = Shell.quoted(name());
    return words.length == 0 ? name : name + " " + Shell.line(words);
  }

  /** The command line of a command by its whole name, which begins with nao. */
  static String named(String qualifiedName, String... words) {
    final String[] all = (qualifiedName + " " + String.join(" ", words)).strip().split(" ");
    return line(Arrays.copyOfRange(all, 1, all.length));
  }
}
