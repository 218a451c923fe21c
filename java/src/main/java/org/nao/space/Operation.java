package org.nao.space;

/**
 * One operation that a node may apply to a state.
 *
 * @param name what texts of its space call it, for example {@code sep_conv_3x3}; spaces may call
 *     the same operation differently
 * @param kind what it computes
 * @param kernel longer side of its window in pixels, odd; 1 where it has none
 */
public record Operation(String name, OperationKind kind, int kernel) {

  public Operation {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "kernel of " + name + " is " + kernel + ", allowed: odd and positive");
    }
  }

  /** An operation on single pixels. */
  static Operation of(String name, OperationKind kind) {
    return new Operation(name, kind, 1);
  }

  /** An operation with a square window, whose side ends its name: {@code sep_conv} _3x3. */
  static Operation windowed(String base, OperationKind kind, int kernel) {
    return new Operation("%s_%dx%d".formatted(base, kernel, kernel), kind, kernel);
  }
}
