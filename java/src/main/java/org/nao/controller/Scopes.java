package org.nao.controller;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;

/** Regions of the current thread: when tensors are freed and whether gradients are recorded. */
final class Scopes {

  private Scopes() {}

  /** Runs {@code body} and frees all tensors it made, apart from kept ones. */
  static <T> T scoped(Supplier<T> body) {
    final PointerScope scope = new PointerScope();
    try {
      return body.get();
    } finally {
      scope.close();
    }
  }

  /** Lets a tensor outlive the enclosing scope; its owner closes it. */
  static <P extends Pointer> P keep(P pointer) {
    return pointer.retainReference();
  }

  /** Runs {@code body} without recording gradients. */
  static <T> T withoutGradient(Supplier<T> body) {
    return recording(false, body);
  }

  /** Runs {@code body} recording gradients, whatever surrounds it. */
  static <T> T withGradient(Supplier<T> body) {
    return recording(true, body);
  }

  private static <T> T recording(boolean on, Supplier<T> body) {
    final boolean before = GradMode.is_enabled();
    GradMode.set_enabled(on);
    try {
      return body.get();
    } finally {
      GradMode.set_enabled(before);
    }
  }
}
