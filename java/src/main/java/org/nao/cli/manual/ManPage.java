package org.nao.cli.manual;

import java.util.List;
import java.util.Locale;

/** A page in troff, with the macros of man(7). */
final class ManPage {
  private ManPage() {}

  static String write(Page page) {
    final StringBuilder text = new StringBuilder();
    text.append(".TH ").append(page.fileName().toUpperCase(Locale.ROOT)).append(" 1\n");
    section(text, "NAME");
    line(text, page.fileName() + " - " + page.description());
    section(text, "SYNOPSIS");
    verbatim(text, page.synopsis());
    if (!page.commands().isEmpty()) {
      section(text, "COMMANDS");
      for (final Page.Entry entry : page.commands()) {
        entry(text, Page.fileName(entry.name()) + "(1)", entry.meaning());
      }
    }
    section(text, "ARGUMENTS");
    for (final Page.Entry entry : page.arguments()) {
      entry(text, entry.name(), entry.meaning());
    }
    footer(text, page.footer());
    return text.toString();
  }

  /** A line that ends with a colon and precedes others that begin with spaces is their heading. */
  private static void footer(StringBuilder text, List<String> lines) {
    boolean begun = false;
    for (final String line : lines) {
      if (line.isEmpty()) {
        continue;
      }
      if (!begun) {
        section(text, "NOTES");
        begun = true;
      }
      if (line.startsWith(" ")) {
        verbatim(text, List.of(line));
      } else {
        text.append(".PP\n");
        line(text, line);
      }
    }
  }

  private static void section(StringBuilder text, String name) {
    text.append(".SH ").append(name).append('\n');
  }

  private static void entry(StringBuilder text, String name, String meaning) {
    text.append(".TP\n.B ").append(escaped(name)).append('\n');
    line(text, meaning);
  }

  private static void verbatim(StringBuilder text, List<String> lines) {
    text.append(".nf\n");
    lines.forEach(line -> line(text, line));
    text.append(".fi\n");
  }

  /** One line of text, which troff must not read as a request. */
  private static void line(StringBuilder text, String words) {
    if (words.startsWith(".") || words.startsWith("'")) {
      text.append("\\&");
    }
    text.append(escaped(words)).append('\n');
  }

  /** Hyphens that can be searched and copied. */
  private static String escaped(String words) {
    return words.replace("\\", "\\e").replace("-", "\\-");
  }
}
