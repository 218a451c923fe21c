package org.nao.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
  @ParameterizedTest
  @ValueSource(strings = {"runs/a", "--config=x.json", "набір", "a:b,c@d%e+f", "./nao", "1"})
  void whatTheShellReadsAsItIsStays(String word) {
    assertThat(Shell.quoted(word)).isEqualTo(word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "", "$HOME", "a;b", "*", "~", "a\\b", "a\"b", "(x)", "a&b", "#a"})
  void everythingElseIsQuoted(String word) {
    assertThat(Shell.quoted(word)).isEqualTo("'" + word + "'");
  }

  @Test
  void quotesAreQuoted() {
    assertThat(Shell.quoted("it's")).isEqualTo("'it'\\''s'");
    assertThat(Shell.line("nao", "a b", "c")).isEqualTo("nao 'a b' c");
  }
}
