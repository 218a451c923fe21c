package org.nao.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nao.error.UserException;

class CsvTest {
  @Test
  void fieldsAreReadAsTheyWereWritten() {
    final List<String> fields = List.of("a", "", " b ", "c,d", "say \"e\"", "<script>", "1 0 2");
    final String line = fields.stream().map(Csv::field).collect(Collectors.joining(","));
    assertThat(Csv.fields(line)).isEqualTo(fields);
    assertThat(Csv.fields("")).isEmpty();
  }

  @Test
  void anOpenQuoteIsNoField() {
    assertThatThrownBy(() -> Csv.fields("a,\"b")).isInstanceOf(UserException.class);
  }
}
