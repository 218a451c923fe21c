package org.nao.report;

/**
 * HTML in the making. Whatever a format's %s stands for is escaped, so that no text of a run can
 * become an element, an attribute or a script; only another {@code Html} goes in as it is.
 */
public final class Html {
  private static final String PLACE = "%s";

  private final StringBuilder text = new StringBuilder();

  /** Appends a format with as many %s as there are values; its attributes have double quotes. */
  public Html add(String format, Object... values) {
    int at = 0;
    for (final Object value : values) {
      final int next = format.indexOf(PLACE, at);
      text.append(format, at, next);
      text.append(value instanceof Html html ? html.text : escaped(String.valueOf(value)));
      at = next + PLACE.length();
    }
    text.append(format, at, format.length()).append('\n');
    return this;
  }

  /** Markup that this program has written itself. */
  public static Html raw(String markup) {
    final Html html = new Html();
    html.text.append(markup);
    return html;
  }

  /** As {@link Svg#escaped}, lines stay lines. */
  private static String escaped(String words) {
    final StringBuilder lines = new StringBuilder();
    for (final String line : words.split("\n", -1)) {
      lines.append(lines.isEmpty() ? "" : "\n").append(Svg.escaped(line));
    }
    return lines.toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
