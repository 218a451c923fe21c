package org.nao.search.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.SequenceLayout;
import org.nao.error.UserException;
import org.nao.search.tokens.TokenSpace;
import org.nao.space.ArchitectureFormat;
import org.nao.space.EdgeCell;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * The cells of NAS-Bench-201, see {@link EdgeCell}, as the sequences that {@link
 * ArchitectureTokens} makes of them, and with numbers of their own.
 */
public final class CellSpace implements TokenSpace {

  private static final SearchSpace SPACE = SearchSpace.nasbench201();
  private static final ArchitectureTokens TOKENS = new ArchitectureTokens(SPACE);
  private static final SequenceLayout LAYOUT = TOKENS.layout();
  private static final ArchitectureFormat FORMAT = ArchitectureFormat.edges(SPACE);

  /** The operations; an operation's number is its index. */
  public static final List<String> OPERATIONS =
      SPACE.operations().stream().map(Operation::name).toList();

  /** How many cells there are: 15,625. */
  public static final int SIZE = (int) Math.pow(OPERATIONS.size(), EdgeCell.EDGES);

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
    for (final int operation : EdgeCell.of(TOKENS.decode(tokens)).operations()) {
      index = index * OPERATIONS.size() + operation;
    }
    return index;
  }

  /** The cell of that number. */
  public int[] cell(int index) {
    final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
    int rest = index;
    for (int edge = 0; edge < EdgeCell.EDGES; edge++) {
      operations.add(0, rest % OPERATIONS.size());
      rest /= OPERATIONS.size();
    }
    return TOKENS.encode(new EdgeCell(operations).architecture());
  }

  @Override
  public String write(int[] tokens) {
    return FORMAT.write(TOKENS.decode(tokens));
  }

  /**
   * The cell that a text describes.
   *
   * @throws UserException naming what is wrong and what is allowed
   */
  public int[] parse(String text) {
    return TOKENS.encode(FORMAT.parse(text));
  }
}
