package org.nao.search;

/** Which architectures count as one. */
public enum Duplicates {
  /** The same graph, however its nodes are ordered and its operands exchanged. */
  CANONICAL,
  /** The same list of integers. */
  LITERAL
}
