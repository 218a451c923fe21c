package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalFormTest {

  private static Cell cell(int... numbers) {
    final List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 4) {
      nodes.add(new Node(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]));
    }
    return new Cell(nodes);
  }

  /** The cell with its nodes in a random other order that still reads earlier states only. */
  private static Cell renumbered(Cell cell, Random random) {
    final int[] places = new int[cell.states()];
    Arrays.fill(places, -1);
    places[0] = 0;
    places[1] = 1;
    final List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < cell.nodes().size(); i++) {
      waiting.add(i);
    }
    final List<Node> nodes = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Collections.shuffle(waiting, random);
      for (final int i : List.copyOf(waiting)) {
        final Node node = cell.nodes().get(i);
        if (places[node.in1()] >= 0 && places[node.in2()] >= 0) {
          final Node moved =
              new Node(places[node.in1()], node.op1(), places[node.in2()], node.op2());
          places[i + Cell.INPUTS] = nodes.size() + Cell.INPUTS;
          nodes.add(random.nextBoolean() ? moved : moved.swapped());
          waiting.remove(Integer.valueOf(i));
          break;
        }
      }
    }
    return new Cell(nodes);
  }

  /** Whether some renumbering makes the cells equal, by trying all of them. */
  private static boolean sameGraph(Cell left, Cell right) {
    return matches(left, right, new int[] {0, 1}, 0);
  }

  private static boolean matches(Cell left, Cell right, int[] places, int node) {
    if (node == left.nodes().size()) {
      return true;
    }
    final Node source = left.nodes().get(node);
    final Node moved =
        new Node(places[source.in1()], source.op1(), places[source.in2()], source.op2()).sorted();
    for (int i = 0; i < right.nodes().size(); i++) {
      final int state = i + Cell.INPUTS;
      final boolean free = Arrays.stream(places).noneMatch(place -> place == state);
      if (free && right.nodes().get(i).sorted().equals(moved)) {
        final int[] more = Arrays.copyOf(places, places.length + 1);
        more[places.length] = state;
        if (matches(left, right, more, node + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void renumberingAndExchangingOperandsKeepTheForm(long seed) {
    final Random random = new Random(seed);
    final SearchSpace space = SearchSpace.naoSmall(1 + random.nextInt(8));
    for (int i = 0; i < 200; i++) {
      final Architecture drawn = space.random(random);
      final Architecture other =
          new Architecture(
              renumbered(drawn.normal(), random), renumbered(drawn.reduction(), random));
      assertThat(CanonicalForm.of(other)).as("%s", drawn).isEqualTo(CanonicalForm.of(drawn));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13})
  void formsAgreeExactlyWhenTheGraphsAreTheSame(long seed) {
    final Random random = new Random(seed);
    // Few operations and nodes, so that equal graphs are common.
    final SearchSpace space =
        new SearchSpace("one", 4, SearchSpace.naoSmall().operations().subList(0, 1));
    final List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      cells.add(space.random(random).normal());
    }
    int same = 0;
    for (final Cell left : cells) {
      for (final Cell right : cells) {
        final boolean expected = sameGraph(left, right);
        same += expected ? 1 : 0;
        assertThat(CanonicalForm.of(left).equals(CanonicalForm.of(right)))
            .as("%s %s", left, right)
            .isEqualTo(expected);
      }
    }
    assertThat(same).isGreaterThan(cells.size());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22})
  void theFormIsItsOwnFormAndTheSameGraph(long seed) {
    final Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      final Cell drawn = SearchSpace.naoSmall().random(random).normal();
      final Cell form = CanonicalForm.of(drawn);
      assertThat(CanonicalForm.of(form)).isEqualTo(form);
      assertThat(sameGraph(drawn, form)).as("%s", drawn).isTrue();
    }
  }

  @Test
  void independentNodesMayComeInEitherOrder() {
    assertThat(CanonicalForm.of(cell(0, 1, 1, 2, 0, 0, 0, 0)))
        .isEqualTo(CanonicalForm.of(cell(0, 0, 0, 0, 1, 2, 0, 1)));
  }

  @Test
  void twinsReadTogetherDifferFromOneReadTwice() {
    // Nodes 2 and 3 compute the same from the same; what follows tells them apart or does not.
    final Cell both = cell(0, 0, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0);
    final Cell oneTwice = cell(0, 0, 1, 0, 0, 0, 1, 0, 2, 0, 2, 0);
    assertThat(CanonicalForm.of(both)).isNotEqualTo(CanonicalForm.of(oneTwice));
    assertThat(CanonicalForm.of(oneTwice))
        .isEqualTo(CanonicalForm.of(cell(0, 0, 1, 0, 0, 0, 1, 0, 3, 0, 3, 0)));
  }

  @Test
  void inputStatesKeepTheirPlaces() {
    assertThat(CanonicalForm.of(cell(0, 0, 0, 1))).isNotEqualTo(CanonicalForm.of(cell(1, 0, 1, 1)));
  }

  @Test
  void literallyDifferentDuplicatesCollapse() {
    // One node, two operations: 4 x 4 literal cells, but operand order does not count.
    final Set<Cell> forms = new HashSet<>();
    for (int first = 0; first < 4; first++) {
      for (int second = 0; second < 4; second++) {
        forms.add(CanonicalForm.of(cell(first / 2, first % 2, second / 2, second % 2)));
      }
    }
    assertThat(forms).hasSize(10);
  }

  /** Milliseconds; all 12! orders of the nodes, one after the other, would be minutes. */
  @Test
  @Timeout(60)
  void manyEqualNodesAreQuick() {
    final int[] numbers = new int[4 * SearchSpace.MAX_NODES];
    final Cell equal = cell(numbers);
    assertThat(CanonicalForm.of(equal)).isEqualTo(equal);
  }
}
