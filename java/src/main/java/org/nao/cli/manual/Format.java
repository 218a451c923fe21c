package org.nao.cli.manual;

/** How a {@link Page} is written. */
public enum Format {
  /** For {@code man}, with the macros of man(7). */
  MAN(".1") {
    @Override
    String write(Page page) {
      return ManPage.write(page);
    }
  },
  /** For people who read the sources. */
  MARKDOWN(".md") {
    @Override
    String write(Page page) {
      return MarkdownPage.write(page);
    }
  };

  private final String suffix;

  Format(String suffix) {
    this.suffix = suffix;
  }

  abstract String write(Page page);

  /** Of a page's file. */
  String suffix() {
    return suffix;
  }
}
