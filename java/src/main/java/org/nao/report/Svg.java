package org.nao.report;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Text of an SVG document in the making, whose coordinates are pixels from the upper left. */
final class Svg {
  /** Letters, digits and such, which need no second look. */
  private static final Pattern PLAIN = Pattern.compile("[ !#-%'-;=?-~]*");

  private final StringBuilder text = new StringBuilder();

  /** Appends a format, in which %s stands for what {@link #of} and {@link #escaped} make. */
  Svg add(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
    return this;
  }

  /** A coordinate with a tenth of a pixel, as short as it can be written. */
  static String of(double pixels) {
    final BigDecimal rounded = BigDecimal.valueOf(Math.round(10 * pixels), 1);
    return rounded.stripTrailingZeros().toPlainString();
  }

  /** A point as it stands in a path: both coordinates. */
  static String of(double x, double y) {
    return of(x) + " " + of(y);
  }

  /** Words as XML holds them; characters that it cannot hold become question marks. */
  static String escaped(String words) {
    if (PLAIN.matcher(words).matches()) {
      return words;
    }
    return words
        .replaceAll("[\\p{Cntrl}\\p{Cs}\\uFFFE\\uFFFF]", "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
