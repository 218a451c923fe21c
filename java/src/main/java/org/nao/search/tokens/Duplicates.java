package org.nao.search.tokens;

/** Which architectures count as one. */
public enum Duplicates {
  /** The same graph, however its nodes are ordered and its operands exchanged. */
  CANONICAL,
  /** The same list of integers. */
  LITERAL
}
