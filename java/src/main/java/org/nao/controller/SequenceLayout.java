package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the controller needs to know of a search space: how long its sequences are, which tokens are
 * legal where, which neighbouring tokens form one encoder step, and which swaps keep the meaning.
 *
 * @param vocabulary number of tokens V, the start token included
 * @param tokensPerStep consecutive tokens whose embeddings are joined to one encoder input
 * @param legal the legal tokens of each of the T positions
 * @param swapGroups for data augmentation: of each group (a cell) one swap (a node) is drawn
 */
public record SequenceLayout(
    int vocabulary, int tokensPerStep, List<TokenRange> legal, List<List<Swap>> swapGroups) {

  /** The token that starts every decoded sequence; no position may hold it. */
  public static final int START = 0;

  private static final int TOKENS_PER_OPERAND = 2;

  /** Copies the lists and checks that ranges, steps and swaps fit together. */
  public SequenceLayout {
    legal = List.copyOf(legal);
    swapGroups = swapGroups.stream().map(List::copyOf).toList();
    if (legal.isEmpty() || tokensPerStep < 1 || legal.size() % tokensPerStep != 0) {
      throw new IllegalArgumentException(
          "a sequence of " + legal.size() + " tokens has no whole steps of " + tokensPerStep);
    }
    for (int i = 0; i < legal.size(); i++) {
      if (legal.get(i).end() > vocabulary) {
        throw new IllegalArgumentException(
            "position " + i + " allows tokens beyond the vocabulary of " + vocabulary);
      }
    }
    for (final List<Swap> group : swapGroups) {
      for (final Swap swap : group) {
        checkSwap(swap, legal);
      }
    }
  }

  /**
   * The layout of cells of two-operand nodes. A node is written {@code input operation input
   * operation}; input {@code s} is token {@code s + 1}, operation {@code o} is token {@code o +
   * nodes + 2}, so V = 1 + (nodes + 1) + operations. Node i may take the inputs below i + 2.
   *
   * @param cells cells in an architecture, 2 for a normal and a reduction cell
   * @param nodes nodes in a cell
   * @param operations operations to choose from
   */
  public static SequenceLayout ofCells(int cells, int nodes, int operations) {
    if (cells < 1 || nodes < 1 || operations < 1) {
      throw new IllegalArgumentException(
          "a layout needs cells, nodes and operations, got "
              + cells
              + ", "
              + nodes
              + " and "
              + operations);
    }
    final int vocabulary = 1 + (nodes + 1) + operations;
    final TokenRange operation = new TokenRange(nodes + 2, vocabulary);
    final List<TokenRange> legal = new ArrayList<>();
    final List<List<Swap>> swapGroups = new ArrayList<>();
    for (int cell = 0; cell < cells; cell++) {
      final List<Swap> swaps = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        final TokenRange input = new TokenRange(1, node + 3);
        final int at = legal.size();
        swaps.add(new Swap(at, at + TOKENS_PER_OPERAND, TOKENS_PER_OPERAND));
        legal.addAll(List.of(input, operation, input, operation));
      }
      swapGroups.add(swaps);
    }
    return new SequenceLayout(vocabulary, TOKENS_PER_OPERAND, legal, swapGroups);
  }

  /**
   * The layout of cells with an operation on each of their edges. Two tokens per edge, as a node's
   * operand has in {@link #ofCells}: edge e is token e + 1, which has no choice but tells the
   * controller where it is, and operation o is token o + edges + 1.
   */
  public static SequenceLayout ofEdges(int edges, int operations) {
    final int first = START + 1 + edges;
    final int vocabulary = first + operations;
    final List<TokenRange> legal = new ArrayList<>();
    for (int edge = 0; edge < edges; edge++) {
      legal.add(new TokenRange(START + 1 + edge, START + 2 + edge));
      legal.add(new TokenRange(first, vocabulary));
    }
    return new SequenceLayout(vocabulary, TOKENS_PER_OPERAND, legal, List.of());
  }

  /** The tokens of the operations on a cell's edges, in the layout of {@link #ofEdges}. */
  static int[] edges(List<Integer> operations) {
    final int edges = operations.size();
    final int[] tokens = new int[edges * TOKENS_PER_OPERAND];
    for (int edge = 0; edge < edges; edge++) {
      tokens[edge * TOKENS_PER_OPERAND] = START + 1 + edge;
      tokens[edge * TOKENS_PER_OPERAND + 1] = START + 1 + edges + operations.get(edge);
    }
    return tokens;
  }

  /** The operations of {@link #edges}' tokens. */
  static List<Integer> operations(int[] tokens) {
    final int edges = tokens.length / TOKENS_PER_OPERAND;
    return IntStream.range(0, edges)
        .mapToObj(edge -> tokens[edge * TOKENS_PER_OPERAND + 1] - START - 1 - edges)
        .toList();
  }

  /** The number of tokens in a sequence, T. */
  public int length() {
    return legal.size();
  }

  /** The number of encoder steps, S. */
  public int steps() {
    return legal.size() / tokensPerStep;
  }

  /** For each position the first legal token and one more than the last, one after another. */
  int[] legalBounds() {
    return legal.stream().flatMapToInt(range -> IntStream.of(range.first(), range.end())).toArray();
  }

  /**
   * Refuses a sequence that this layout does not allow.
   *
   * @throws IllegalArgumentException naming the position, its token and the legal tokens
   */
  public void check(int[] tokens) {
    if (tokens.length != length()) {
      throw new IllegalArgumentException(
          "a sequence has " + length() + " tokens, got " + tokens.length);
    }
    for (int i = 0; i < tokens.length; i++) {
      final TokenRange range = legal.get(i);
      if (!range.contains(tokens[i])) {
        throw new IllegalArgumentException(
            "token "
                + tokens[i]
                + " at position "
                + i
                + " is not one of "
                + range.first()
                + " to "
                + (range.end() - 1));
      }
    }
  }

  private static void checkSwap(Swap swap, List<TokenRange> legal) {
    if (swap.second() + swap.width() > legal.size()) {
      throw new IllegalArgumentException(swap + " reaches beyond the sequence");
    }
    for (int i = 0; i < swap.width(); i++) {
      if (!legal.get(swap.first() + i).equals(legal.get(swap.second() + i))) {
        throw new IllegalArgumentException(swap + " exchanges positions of different legal tokens");
      }
    }
  }
}
