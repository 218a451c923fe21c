package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.error.UserException;

class EdgeCellTest {

  private static final SearchSpace SPACE = SearchSpace.nasbench201();
  private static final ArchitectureFormat TEXT = ArchitectureFormat.edges(SPACE);
  private static final int SKIP = 1;
  private static final int CONV_1X1 = 2;
  private static final int CONV_3X3 = 3;
  private static final int POOL = 4;

  @Test
  void everyFormSaysTheSame() {
    final Architecture architecture = new EdgeCell(List.of(3, 0, 1, 1, 2, 4)).architecture();
    final Map<ArchitectureFormat, String> forms =
        Map.of(
            TEXT,
            "|nor_conv_3x3~0|+|none~0|skip_connect~1|"
                + "+|skip_connect~0|nor_conv_1x1~1|avg_pool_3x3~2|",
            ArchitectureFormat.integers(SPACE),
            "3 0 1 1 2 4",
            ArchitectureFormat.readable(SPACE),
            "cell\n  node 1 = nor_conv_3x3(0)\n  node 2 = none(0) + skip_connect(1)\n"
                + "  node 3 = skip_connect(0) + nor_conv_1x1(1) + avg_pool_3x3(2)",
            ArchitectureFormat.json(SPACE),
            "{\"space\":\"nasbench201\",\"nodes\":[[\"nor_conv_3x3\"],[\"none\",\"skip_connect\"],"
                + "[\"skip_connect\",\"nor_conv_1x1\",\"avg_pool_3x3\"]]}");
    forms.forEach(
        (format, text) -> {
          assertThat(format.write(architecture)).isEqualTo(text);
          assertThat(format.parse(text)).isEqualTo(architecture);
          assertThat(ArchitectureFormat.parseAny(SPACE, text)).isEqualTo(architecture);
        });
    assertThat(ArchitectureFormat.natural(SPACE)).isEqualTo(TEXT);
    assertThat(EdgeCell.of(architecture).operation(1, 3)).isEqualTo(CONV_1X1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "|none~0|; is not of the form |op~0|+|op~0|op~1|+|op~0|op~1|op~2|",
        "|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|; unknown operation 'conv'",
        "1 2 3; is 6 integers, found 3",
        "0 0 0 0 0 5; integer 6 (operation of an edge): found '5'",
        "cell; a line for each of the nodes 1 to 3, found 0",
        "{\"space\":\"nasbench201\",\"nodes\":[]}; nodes: found '[]', allowed: an array of 3",
        "{\"space\":\"darts\",\"nodes\":[]}; space: found 'darts'",
        "DARTS_V2; DARTS_V2 is an architecture of the space darts",
      })
  void wrongTextsSayWhatIsAllowed(String text, String message) {
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wrongLinesOfNodesAreNamed() {
    final String good = "cell\n node 1 = none(0)\n node 2 = none(0) + none(1)\n node 3 = ";
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, good + "none(0) + none(1)"))
        .hasMessageContaining("node 3 has 2 operations");
    assertThatThrownBy(
            () -> ArchitectureFormat.parseAny(SPACE, good + "none(0) + none(2) + none(1)"))
        .hasMessageContaining("operation 2 of node 3: found 'none(2)'");
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, good + "x\n"))
        .hasMessageContaining("node 3 has 1 operations");
  }

  @Test
  void otherSpacesHaveOtherCells() {
    assertThatThrownBy(() -> ArchitectureFormat.edges(SearchSpace.naoSmall()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("nasbench201, not of nao-small");
    final Cell cell = new Cell(List.of(new Node(0, 1, 1, 1), new Node(0, 1, 1, 1)));
    assertThatThrownBy(() -> EdgeCell.of(new Architecture(cell, cell)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("three pairs of edges");
    final Architecture other = SearchSpace.naoSmall(3).random(new Random(2));
    assertThatThrownBy(() -> SPACE.validate(other)).isInstanceOf(UserException.class);
    assertThatThrownBy(() -> SearchSpace.named("nasbench201", 4))
        .hasMessageContaining("is 4, allowed in nasbench201: 3");
  }

  @Test
  void drawsReachEveryOperationOfEveryEdge() {
    final Random random = new Random(5);
    final Set<List<Integer>> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      final Architecture drawn = SPACE.random(random);
      SPACE.validate(drawn);
      final List<Integer> operations = EdgeCell.of(drawn).operations();
      for (int edge = 0; edge < operations.size(); edge++) {
        seen.add(List.of(edge, operations.get(edge)));
      }
    }
    assertThat(seen).hasSize(6 * 5);
  }

  @Test
  void someOperationsMakeASmallerSpace() {
    final SearchSpace some = SearchSpace.named("nasbench201", 3, "none,nor_conv_3x3");
    final Architecture drawn = some.random(new Random(1));
    assertThat(ArchitectureFormat.parseAny(some, ArchitectureFormat.line(some).write(drawn)))
        .isEqualTo(drawn);
    assertThat(some.canonical(some.canonical(drawn))).isEqualTo(some.canonical(drawn));
  }

  @ParameterizedTest
  @CsvSource({
    // The two inner nodes change places.
    "2 3 0 4 1 2, 3 2 0 4 2 1",
    // What no path leads through is none.
    "2 3 0 4 0 2, 0 3 0 4 0 2",
    // A node that only passes its input on is that input.
    "1 2 3 0 0 1, 1 3 2 0 0 1",
    // A sum in a sum.
    "0 2 0 3 0 1, 0 3 0 2 0 1",
    "0 0 3 2 4 2, 0 0 0 2 0 0",
  })
  void equalGraphsHaveOneForm(String one, String other) {
    final ArchitectureFormat integers = ArchitectureFormat.integers(SPACE);
    assertThat(SPACE.canonical(integers.parse(one)))
        .isEqualTo(SPACE.canonical(integers.parse(other)));
  }

  /** Two readers of one convolution, or of two of the same kind: other numbers of weights. */
  @Test
  void sharedConvolutionsAreNoTwo() {
    final ArchitectureFormat integers = ArchitectureFormat.integers(SPACE);
    assertThat(SPACE.canonical(integers.parse("3 0 1 0 2 4")))
        .isNotEqualTo(SPACE.canonical(integers.parse("3 3 0 0 2 4")));
  }

  /**
   * Of all cells: each is the representative of its own form, and two have the same exactly if they
   * compute the same for every choice of functions in place of their convolutions. This judges by
   * numbers: the results of all ways to deal three functions of each kind out.
   */
  @Test
  void formsAreEqualExactlyWhereResultsAre() {
    final Map<String, Architecture> forms = new HashMap<>();
    final Map<Architecture, String> results = new HashMap<>();
    for (int number = 0; number < 15_625; number++) {
      final List<Integer> operations = new ArrayList<>();
      for (int rest = number, edge = 0; edge < EdgeCell.EDGES; edge++, rest /= 5) {
        operations.add(rest % 5);
      }
      final EdgeCell cell = new EdgeCell(operations);
      final Architecture form = SPACE.canonical(cell.architecture());
      assertThat(SPACE.canonical(form)).isEqualTo(form);
      final String result = results(cell);
      assertThat(forms.putIfAbsent(result, form)).isIn(null, form);
      assertThat(results.putIfAbsent(form, result)).isIn(null, result);
    }
  }

  /** The smallest and the largest result, and means of powers, of all dealings. */
  private static String results(EdgeCell cell) {
    final List<int[]> dealings = new ArrayList<>();
    deal(new int[EdgeCell.EDGES], 0, cell, dealings);
    final double[] values =
        dealings.stream().mapToDouble(functions -> compute(cell, functions)).sorted().toArray();
    return "%.9f %.9f %.9f %.9f"
        .formatted(
            values[0],
            values[values.length - 1],
            Arrays.stream(values).map(value -> value * value).average().orElseThrow(),
            Arrays.stream(values).map(value -> value * value * value).average().orElseThrow());
  }

  /** Gives every convolution one of three functions of its kind. */
  private static void deal(int[] functions, int edge, EdgeCell cell, List<int[]> dealings) {
    if (edge == EdgeCell.EDGES) {
      dealings.add(functions.clone());
      return;
    }
    final int operation = cell.operations().get(edge);
    final int choices = operation == CONV_1X1 || operation == CONV_3X3 ? 3 : 1;
    for (int i = 0; i < choices; i++) {
      functions[edge] = i;
      deal(functions, edge + 1, cell, dealings);
    }
  }

  private static double compute(EdgeCell cell, int[] functions) {
    final double[] nodes = new double[EdgeCell.NODES];
    nodes[0] = 0.7;
    for (int to = 1; to < EdgeCell.NODES; to++) {
      for (int from = 0; from < to; from++) {
        final int edge = EdgeCell.edge(from, to);
        nodes[to] +=
            switch (cell.operations().get(edge)) {
              case SKIP -> nodes[from];
              case CONV_1X1 -> nodes[from] * Math.cos(1 + functions[edge] + 2 * nodes[from]);
              case CONV_3X3 -> nodes[from] * Math.sin(2 - functions[edge] + 3 * nodes[from]);
              case POOL -> nodes[from] * (0.3 + 0.2 * Math.tanh(nodes[from]));
              default -> 0;
            };
      }
    }
    return nodes[EdgeCell.NODES - 1];
  }
}
