package org.nao.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void isMarkdownAndCsv() {
    final Table table = new Table("name", "value");
    table.add("a|b", "1");
    table.add("c, \"d\"", "2");
    assertThat(table.markdown())
        .isEqualTo("| name | value |\n|---|---:|\n| a\\|b | 1 |\n| c, \"d\" | 2 |\n");
    assertThat(table.csv()).isEqualTo("name,value\na|b,1\n\"c, \"\"d\"\"\",2\n");
    assertThatThrownBy(() -> table.add("alone")).isInstanceOf(IllegalArgumentException.class);
  }
}
