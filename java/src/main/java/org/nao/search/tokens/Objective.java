package org.nao.search.tokens;

import java.util.List;

/** What a search maximises: an accuracy measured alone, one-shot, or looked up in a table. */
@FunctionalInterface
public interface Objective {

  /**
   * The scores of legal token sequences, one finite value each in their order; higher is better.
   */
  double[] score(List<int[]> candidates);
}
