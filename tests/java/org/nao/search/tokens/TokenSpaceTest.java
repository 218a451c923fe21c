package org.nao.search.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

class TokenSpaceTest {
  private static final long SEED = 20_240_501;

  @Test
  void aMutationChangesOnePositionToEveryOtherLegalToken() {
    final SplittableRandom random = new SplittableRandom(SEED);
    final TokenSpace space =
        new ArchitectureTokenSpace(SearchSpace.naoSmall(), Duplicates.CANONICAL);
    final int[] parent = space.random(random);
    final Set<List<Integer>> children = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      final int[] child = space.mutate(parent, random);
      space.layout().check(child);
      int changed = 0;
      for (int position = 0; position < child.length; position++) {
        changed += child[position] == parent[position] ? 0 : 1;
      }
      assertThat(changed).isEqualTo(1);
      children.add(List.of(different(parent, child), child[different(parent, child)]));
    }
    // All neighbours: per position the legal tokens but one.
    assertThat(children)
        .hasSize(space.layout().legal().stream().mapToInt(range -> range.size() - 1).sum());
  }

  @Test
  void architecturesKeepTheirMeaning() {
    final SearchSpace small = SearchSpace.naoSmall();
    final ArchitectureTokenSpace space = new ArchitectureTokenSpace(small, Duplicates.CANONICAL);
    final SplittableRandom random = new SplittableRandom(SEED);
    final Architecture architecture = small.random(random);
    final int[] tokens = space.encode(architecture);
    assertThat(space.decode(tokens)).isEqualTo(architecture);
    assertThat(space.write(tokens).split(" ")).hasSize(40);
    final int[] swapped = tokens.clone();
    swapped[0] = tokens[2];
    swapped[1] = tokens[3];
    swapped[2] = tokens[0];
    swapped[3] = tokens[1];
    assertThat(space.key(swapped)).isEqualTo(space.key(tokens));
    assertThat(new ArchitectureTokenSpace(small, Duplicates.LITERAL).key(swapped))
        .isNotEqualTo(space.key(tokens));
  }

  @Test
  void aSpaceWithoutAChoiceCannotMutate() {
    assertThatThrownBy(
            () -> new Digits(3, 1).mutate(new int[] {1, 1, 1}, new SplittableRandom(SEED)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one architecture");
  }

  private static int different(int[] parent, int[] child) {
    int position = 0;
    while (parent[position] == child[position]) {
      position++;
    }
    return position;
  }
}
