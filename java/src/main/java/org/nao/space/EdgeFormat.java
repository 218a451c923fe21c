package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.nao.error.UserException;

/**
 * The text of a cell of NAS-Bench-201: its edges by the node that they lead to, each with the node
 * that it comes from.
 *
 * <pre>
 *   |op~0|+|op~0|op~1|+|op~0|op~1|op~2|
 * </pre>
 */
record EdgeFormat(SearchSpace space) implements ArchitectureFormat {

  private static final String FORM = "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|";
  private static final String START = "|";

  EdgeFormat {
    if (!space.hasEdgeCells()) {
      throw new UserException(
          "cells of the form " + FORM + " are of the space nasbench201, not of " + space.name());
    }
  }

  static boolean begins(String text) {
    return text.startsWith(START);
  }

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final EdgeCell cell = EdgeCell.of(architecture);
    final StringBuilder text = new StringBuilder();
    for (int to = 1; to < EdgeCell.NODES; to++) {
      text.append(to > 1 ? "+|" : START);
      for (int from = 0; from < to; from++) {
        text.append(space.operation(cell.operation(from, to)).name());
        text.append('~').append(from).append('|');
      }
    }
    return text.toString();
  }

  @Override
  public Architecture parse(String text) {
    final String cell = text.strip();
    final String[] nodes = cell.split(Pattern.quote("+"), -1);
    if (nodes.length != EdgeCell.NODES - 1) {
      throw wrongForm(cell);
    }
    final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
    for (int to = 1; to < EdgeCell.NODES; to++) {
      final String[] parts = nodes[to - 1].split(Pattern.quote("|"), -1);
      if (parts.length != to + 2 || !parts[0].isEmpty() || !parts[to + 1].isEmpty()) {
        throw wrongForm(cell);
      }
      for (int from = 0; from < to; from++) {
        operations.add(operation(parts[from + 1], from, cell));
      }
    }
    return new EdgeCell(operations).architecture();
  }

  private static ArchitectureFormatException wrongForm(String cell) {
    return new ArchitectureFormatException("cell '" + cell + "' is not of the form " + FORM);
  }

  private int operation(String part, int from, String cell) {
    final String end = "~" + from;
    if (!part.endsWith(end)) {
      throw new ArchitectureFormatException(
          "'" + part + "' in cell '" + cell + "' should end with " + end + ", the form is " + FORM);
    }
    final String name = part.substring(0, part.length() - end.length());
    final int number = space.operationNumber(name);
    if (number < 0) {
      throw new ArchitectureFormatException(
          "unknown operation '%s' in cell '%s', allowed: %s"
              .formatted(name, cell, space.operationNames()));
    }
    return number;
  }
}
