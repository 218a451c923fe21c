package org.nao.space;

import java.util.Locale;

/**
 * One operation that a node may apply to a state.
 *
 * @param kind what it does
 * @param kernel side of its square window in pixels, odd; 1 for {@link OperationKind#IDENTITY}
 */
public record Operation(OperationKind kind, int kernel) {

  public Operation {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "kernel of " + kind + " is " + kernel + ", allowed: odd and positive");
    }
  }

  /** The name in texts, for example {@code sep_conv_3x3}. */
  public String name() {
    String base = kind.name().toLowerCase(Locale.ROOT);
    return kernel == 1 ? base : base + "_" + kernel + "x" + kernel;
  }
}
