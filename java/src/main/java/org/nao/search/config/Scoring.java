package org.nao.search.config;

import java.util.Locale;

/** How a search scores an architecture. */
public enum Scoring {
  /** Its validation accuracy with the supernet's weights. */
  ONE_SHOT,
  /** Its validation accuracy after a training of its own. */
  STANDALONE;

  /** As configurations have it. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
