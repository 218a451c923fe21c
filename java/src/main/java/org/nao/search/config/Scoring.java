package org.nao.search.config;

/** How a search scores an architecture. */
public enum Scoring {
  /** Its validation accuracy with the supernet's weights. */
  ONE_SHOT,
  /** Its validation accuracy after a training of its own. */
  STANDALONE
}
