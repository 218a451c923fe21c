package org.nao.text;

/** Fields of CSV files. */
public final class Csv {
  private Csv() {}

  /** A text as a field: in quotes where it would otherwise end early. */
  public static String field(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
