package org.nao.cli.manual;

import java.util.List;

/** A page as Markdown. */
final class MarkdownPage {
  private static final String FENCE = "```\n";

  private MarkdownPage() {}

  static String write(Page page) {
    final StringBuilder text = new StringBuilder();
    text.append("# ").append(page.command()).append("\n\n");
    text.append(escaped(page.description())).append("\n\n");
    verbatim(text, page.synopsis());
    if (!page.commands().isEmpty()) {
      text.append("\n## Commands\n\n");
      for (final Page.Entry entry : page.commands()) {
        final String file = Page.fileName(entry.name()) + Format.MARKDOWN.suffix();
        text.append("- [").append(entry.name()).append("](").append(file).append("): ");
        text.append(escaped(entry.meaning())).append('\n');
      }
    }
    text.append("\n## Arguments\n\n");
    for (final Page.Entry entry : page.arguments()) {
      text.append("- `").append(entry.name()).append("`: ");
      text.append(escaped(entry.meaning())).append('\n');
    }
    footer(text, page.footer());
    return text.toString();
  }

  /** Lines that begin with spaces as they are, others as paragraphs. */
  private static void footer(StringBuilder text, List<String> lines) {
    int i = 0;
    while (i < lines.size()) {
      int end = i + 1;
      if (lines.get(i).startsWith(" ")) {
        while (end < lines.size() && lines.get(end).startsWith(" ")) {
          end++;
        }
        text.append('\n');
        verbatim(text, lines.subList(i, end));
      } else if (!lines.get(i).isEmpty()) {
        text.append('\n').append(escaped(lines.get(i))).append('\n');
      }
      i = end;
    }
  }

  private static void verbatim(StringBuilder text, List<String> lines) {
    text.append(FENCE);
    lines.forEach(line -> text.append(line).append('\n'));
    text.append(FENCE);
  }

  /** What Markdown would read as a tag or as emphasis. */
  private static String escaped(String words) {
    return words.replace("<", "\\<").replace("*", "\\*").replace("_", "\\_");
  }
}
