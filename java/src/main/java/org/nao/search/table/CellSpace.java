package org.nao.search.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.nao.controller.SequenceLayout;
import org.nao.controller.TokenRange;
import org.nao.error.UserException;
import org.nao.search.tokens.TokenSpace;

/**
 * The cells of NAS-Bench-201: four nodes, an edge from each to every later one, an operation on
 * each edge. Their text lists the edges by the node they lead to:
 *
 * <pre>
 *   |op~0|+|op~0|op~1|+|op~0|op~1|op~2|
 * </pre>
 *
 * <p>A sequence holds two tokens per edge in this order, as a node's operand has in the spaces with
 * two cells: edge e is token 1 + e, which has no choice but tells the controller where it is, and
 * operation o is token 7 + o.
 */
public final class CellSpace implements TokenSpace {

  /** The operations; an operation's number is its index. */
  public static final List<String> OPERATIONS =
      List.of("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3");

  private static final int NODES = 4;
  private static final int EDGES = NODES * (NODES - 1) / 2;

  private static final int TOKENS_PER_EDGE = 2;
  private static final int FIRST_EDGE = SequenceLayout.START + 1;
  private static final int FIRST_OPERATION = FIRST_EDGE + EDGES;

  /** How many cells there are: 15,625. */
  public static final int SIZE = (int) Math.pow(OPERATIONS.size(), EDGES);

  private static final String FORM = "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|";
  private static final SequenceLayout LAYOUT = layoutOfEdges();

  @Override
  public SequenceLayout layout() {
    return LAYOUT;
  }

  /** Every cell of the table counts, also those that compute the same. */
  @Override
  public List<Integer> key(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }

  /** The number of a cell, from 0 to {@link #SIZE} - 1: its operations as digits. */
  public int index(int[] tokens) {
    int index = 0;
    for (int edge = 0; edge < EDGES; edge++) {
      index = index * OPERATIONS.size() + operation(tokens, edge);
    }
    return index;
  }

  /** The cell of that number. */
  public int[] cell(int index) {
    final int[] tokens = new int[EDGES * TOKENS_PER_EDGE];
    int rest = index;
    for (int edge = EDGES - 1; edge >= 0; edge--) {
      set(tokens, edge, rest % OPERATIONS.size());
      rest /= OPERATIONS.size();
    }
    return tokens;
  }

  @Override
  public String write(int[] tokens) {
    final StringBuilder text = new StringBuilder();
    int edge = 0;
    for (int node = 1; node < NODES; node++) {
      text.append(node > 1 ? "+|" : "|");
      for (int from = 0; from < node; from++) {
        text.append(OPERATIONS.get(operation(tokens, edge++))).append('~').append(from).append('|');
      }
    }
    return text.toString();
  }

  /**
   * The cell that a text describes.
   *
   * @throws UserException naming what is wrong and what is allowed
   */
  public int[] parse(String text) {
    final String[] nodes = text.split(Pattern.quote("+"), -1);
    if (nodes.length != NODES - 1) {
      throw new UserException("cell '" + text + "' is not of the form " + FORM);
    }
    final int[] tokens = new int[EDGES * TOKENS_PER_EDGE];
    int edge = 0;
    for (int node = 1; node < NODES; node++) {
      final String[] parts = nodes[node - 1].split(Pattern.quote("|"), -1);
      if (parts.length != node + 2 || !parts[0].isEmpty() || !parts[node + 1].isEmpty()) {
        throw new UserException("cell '" + text + "' is not of the form " + FORM);
      }
      for (int from = 0; from < node; from++) {
        set(tokens, edge++, operationNumber(parts[from + 1], from, text));
      }
    }
    return tokens;
  }

  private static int operationNumber(String part, int from, String text) {
    final String end = "~" + from;
    if (!part.endsWith(end)) {
      throw new UserException(
          "'" + part + "' in cell '" + text + "' should end with " + end + ", the form is " + FORM);
    }
    final String name = part.substring(0, part.length() - end.length());
    final int number = OPERATIONS.indexOf(name);
    if (number < 0) {
      throw new UserException(
          "unknown operation '"
              + name
              + "' in cell '"
              + text
              + "', allowed: "
              + String.join(", ", OPERATIONS));
    }
    return number;
  }

  private static void set(int[] tokens, int edge, int operation) {
    tokens[edge * TOKENS_PER_EDGE] = FIRST_EDGE + edge;
    tokens[edge * TOKENS_PER_EDGE + 1] = FIRST_OPERATION + operation;
  }

  private static int operation(int[] tokens, int edge) {
    return tokens[edge * TOKENS_PER_EDGE + 1] - FIRST_OPERATION;
  }

  private static SequenceLayout layoutOfEdges() {
    final int vocabulary = FIRST_OPERATION + OPERATIONS.size();
    final List<TokenRange> legal = new ArrayList<>();
    for (int edge = 0; edge < EDGES; edge++) {
      legal.add(new TokenRange(FIRST_EDGE + edge, FIRST_EDGE + edge + 1));
      legal.add(new TokenRange(FIRST_OPERATION, vocabulary));
    }
    return new SequenceLayout(vocabulary, TOKENS_PER_EDGE, legal, List.of());
  }
}
