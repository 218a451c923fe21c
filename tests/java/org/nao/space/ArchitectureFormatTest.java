package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureFormatTest {

  private static final String LINE =
      "1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1";
  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @ParameterizedTest(name = "{0} nodes")
  @ValueSource(ints = {1, 3, 5, 12})
  void everyFormatReadsWhatItWrites(int nodes) {
    final SearchSpace space = SearchSpace.naoSmall(nodes);
    final Random random = new Random(nodes);
    for (int i = 0; i < 50; i++) {
      final Architecture architecture = space.random(random);
      for (final ArchitectureFormat format :
          Arrays.asList(
              ArchitectureFormat.integers(space),
              ArchitectureFormat.readable(space),
              ArchitectureFormat.json(space))) {
        final String text = format.write(architecture);
        assertThat(format.parse(text)).as(text).isEqualTo(architecture);
        assertThat(ArchitectureFormat.parseAny(space, text)).as(text).isEqualTo(architecture);
      }
    }
  }

  @Test
  void integersAreTheAuthorsLine() {
    final Architecture architecture = ArchitectureFormat.integers(SPACE).parse("  " + LINE + "\n");
    assertThat(architecture.normal().nodes().get(1)).isEqualTo(new Node(2, 4, 0, 0));
    assertThat(architecture.reduction().nodes().get(0)).isEqualTo(new Node(0, 2, 0, 2));
    assertThat(ArchitectureFormat.integers(SPACE).write(architecture)).isEqualTo(LINE);
  }

  @Test
  void readableNumbersNodesByTheirStates() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final String text =
        ArchitectureFormat.readable(space)
            .write(ArchitectureFormat.integers(space).parse("1 0 0 4 2 1 1 2 0 3 0 0 2 4 2 4"));
    assertThat(text)
        .isEqualTo(
            """
            normal cell
              node 2 = sep_conv_3x3(1) + identity(0)
              node 3 = sep_conv_5x5(2) + avg_pool_3x3(1)
            reduction cell
              node 2 = max_pool_3x3(0) + sep_conv_3x3(0)
              node 3 = identity(2) + identity(2)\
            """);
  }

  @Test
  void jsonNamesOperations() {
    final SearchSpace space = SearchSpace.naoSmall(1);
    assertThat(
            ArchitectureFormat.json(space)
                .write(ArchitectureFormat.integers(space).parse("1 0 0 4 0 3 1 2")))
        .isEqualTo(
            "{\"space\":\"nao-small\","
                + "\"normal\":[{\"in1\":1,\"op1\":\"sep_conv_3x3\","
                + "\"in2\":0,\"op2\":\"identity\"}],"
                + "\"reduction\":[{\"in1\":0,\"op1\":\"max_pool_3x3\","
                + "\"in2\":1,\"op2\":\"avg_pool_3x3\"}]}");
  }

  @ParameterizedTest(name = "integer {0} = {1}")
  @CsvSource({
    "1,  2,    'integer 1 (input of node 2, normal cell)',        0..1",
    "2,  5,    'integer 2 (operation of node 2, normal cell)',    '0 sep_conv_3x3, 1 sep_conv_5x5'",
    "7,  3,    'integer 7 (input of node 3, normal cell)',        0..2",
    "21, -1,   'integer 21 (input of node 2, reduction cell)',    0..1",
    "39, 6,    'integer 39 (input of node 6, reduction cell)',    0..5",
    "40, x,    'integer 40 (operation of node 6, reduction cell)', 4 identity",
    "3,  1.0,  'integer 3 (input of node 2, normal cell)',        0..1",
    "5,  99999999999999999999, 'integer 5 (input of node 3, normal cell)', 0..2",
  })
  void badIntegersAreNamed(int position, String token, String where, String allowed) {
    final String[] tokens = LINE.split(" ");
    tokens[position - 1] = token;
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, String.join(" ", tokens)))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageStartingWith(where + ": found '" + token + "', allowed: ")
        .hasMessageContaining(allowed);
  }

  @Test
  void wrongCountOfIntegers() {
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, LINE + " 0"))
        .hasMessage("an architecture of nao-small with 5 nodes per cell is 40 integers, found 41");
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, " \n"))
        .hasMessageEndingWith("found 0");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "'node 3 = ',       'node 4 = ',     'line 3: found ''node 4'', allowed: node 3'",
    "sep_conv_5x5,      conv_5x5,        'line 3: found ''conv_5x5'', allowed: sep_conv_3x3, '",
    "identity(0),       identity(2),     'line 2, input of node 2: found ''2'', allowed: 0..1'",
    "' + identity(0)',  '',              'line 2: found ''node 2 = sep_conv_3x3(1)'', allowed: node"
        + " 2'",
    "reduction cell,    other cell,      'line 4: found ''other cell'', allowed: reduction cell'",
    "identity(2)*,      'identity(2)\tx', 'line 6: found '",
  })
  void badReadableLinesAreNamed(String from, String to, String message) {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final String good =
        """
        normal cell
          node 2 = sep_conv_3x3(1) + identity(0)
          node 3 = sep_conv_5x5(2) + avg_pool_3x3(1)
        reduction cell
          node 2 = max_pool_3x3(0) + sep_conv_3x3(0)
          node 3 = identity(2) + identity(2)*\
        """
            .replace(from, to)
            .replace("*", "");
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(space, good))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void readableTextThatEndsEarlyOrLate() {
    final ArchitectureFormat format = ArchitectureFormat.readable(SPACE);
    final String text = format.write(ArchitectureFormat.integers(SPACE).parse(LINE));
    assertThatThrownBy(() -> format.parse(text.substring(0, text.lastIndexOf('\n'))))
        .hasMessage("the text ends where 'node 6' should follow");
    assertThatThrownBy(() -> format.parse(text + "\n\nmore"))
        .hasMessage("line 14: found 'more', allowed: nothing more");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"in1\":1,     | \"in1\":2,       | in1 of node 2 of the normal cell: found '2', allowed:"
            + " 0..1",
        "\"in1\":1,     | \"in1\":1.5,     | in1 of node 2 of the normal cell: found '1.5'",
        "\"in1\":1,     | \"in1\":\"1\",   | in1 of node 2 of the normal cell: found '1'",
        "\"in1\":1,     | ``               | node 2 of the normal cell lacks the field 'in1'",
        "\"in1\":1,     | \"in1\":1,\"in3\":1, | field of node 2 of the normal cell: found 'in3'",
        "\"in1\":1,     | \"in1\":1,\"in1\":1, | not JSON, line 1 column",
        "max_pool_3x3   | pool             | op1 of node 2 of the reduction cell: found 'pool'",
        "nao-small      | darts            | space: found 'darts', allowed: nao-small",
        "\"normal\":[   | \"normal\":[{},  | the normal cell: found '2 nodes'",
        "]}             | ]}]              | not JSON, line 1 column",
        "]}             | ]                | not JSON, line 1 column",
      },
      delimiter = '|')
  void badJsonIsNamed(String from, String to, String message) {
    final SearchSpace space = SearchSpace.naoSmall(1);
    final String good =
        ArchitectureFormat.json(space)
            .write(ArchitectureFormat.integers(space).parse("1 0 0 4 0 3 1 2"));
    final int at = good.indexOf(from);
    final String bad = good.substring(0, at) + to + good.substring(at + from.length());
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(space, bad))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageStartingWith(message);
  }
}
