package org.nao.search.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a search scores an architecture. */
public enum Scoring {
  /** Its validation accuracy with the supernet's weights. */
  ONE_SHOT,
  /** Its validation accuracy after a training of its own. */
  STANDALONE,
  /** A score of its untrained network. */
  ZERO_COST;

  /** The one that configurations call so, in any case. */
  public static Optional<Scoring> find(String title) {
    return Arrays.stream(values()).filter(each -> each.title().equalsIgnoreCase(title)).findFirst();
  }

  /** The name that configurations use. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
