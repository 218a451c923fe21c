package org.nao.search.tokens;

import java.util.List;
import java.util.random.RandomGenerator;
import org.nao.controller.SequenceLayout;
import org.nao.controller.TokenRange;
import org.nao.error.UserException;

/**
 * A search space seen as token sequences: a fixed number of positions, each with its legal tokens.
 * Strategies need no more, so they work on every space that has a layout.
 */
public interface TokenSpace {

  /** The positions and their legal tokens. */
  SequenceLayout layout();

  /** Equal for two legal sequences exactly when they count as one architecture. */
  List<Integer> key(int[] tokens);

  /** The sequence as people and files write it. */
  String write(int[] tokens);

  /** Whether a legal sequence belongs to the space. */
  default boolean allows(int[] tokens) {
    return true;
  }

  /** A sequence with every token drawn uniformly and independently. */
  default int[] random(RandomGenerator random) {
    final List<TokenRange> legal = layout().legal();
    final int[] tokens = new int[legal.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = random.nextInt(legal.get(i).first(), legal.get(i).end());
    }
    return tokens;
  }

  /**
   * A copy with another token at one position: in a cell another input or another operation of one
   * operand, the two mutations of Real et al. 2019. The position is drawn uniformly from those with
   * a choice, the token from the others legal there.
   *
   * @throws UserException if no position has a choice
   */
  default int[] mutate(int[] tokens, RandomGenerator random) {
    final List<TokenRange> legal = layout().legal();
    if (legal.stream().allMatch(range -> range.size() == 1)) {
      throw new UserException("the space holds one architecture, nothing can change");
    }
    int position;
    do {
      position = random.nextInt(tokens.length);
    } while (legal.get(position).size() == 1);
    final TokenRange range = legal.get(position);
    final int other = random.nextInt(range.first(), range.end() - 1);
    final int[] mutated = tokens.clone();
    mutated[position] = other < tokens[position] ? other : other + 1;
    return mutated;
  }
}
