package org.nao.text;

import java.util.Locale;

/** A number and what it counts. */
public final class Counted {
  private Counted() {}

  /**
   * For example "1 epoch", "0 epochs", "1,000 epochs".
   *
   * @param noun in the singular; a regular one
   */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, form(count, noun));
  }

  /** The noun alone as that many have it. */
  public static String form(long count, String noun) {
    if (count == 1) {
      return noun;
    }
    return noun.endsWith("y")
        ? noun.substring(0, noun.length() - 1) + "ies"
        : noun + (noun.matches(".*(s|sh|ch|x)") && !noun.endsWith("epoch") ? "es" : "s");
  }
}
