package org.nao.data;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Keeps decoders from printing to standard error by themselves, as libjpeg and libpng do of damaged
 * files: while any thread decodes, the C library's variable {@code stderr} is a stream to nowhere.
 * Neither Java's {@code System.err} nor the virtual machine writes through it.
 */
final class QuietDecoders {
  /** Where the C library's {@code stderr} is; null: not here. */
  private final PointerPointer<Pointer> variable;

  private final Pointer nowhere;
  private Pointer before;
  private int inside;

  /** {@code nowhere}: a stream of the C library that leads nowhere, or null. */
  QuietDecoders(Pointer nowhere) {
    this.nowhere = nowhere;
    final Pointer address = Loader.addressof("stderr");
    variable = address == null || nowhere == null ? null : new PointerPointer<>(address);
  }

  /** What a decoder returns. */
  <T> T call(Supplier<T> decoder) {
    enter();
    try {
      return decoder.get();
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    if (variable != null && inside == 0) {
      before = variable.get(0);
      variable.put(0, nowhere);
    }
    inside++;
  }

  private synchronized void leave() {
    inside--;
    if (variable != null && inside == 0) {
      variable.put(0, before);
    }
  }
}
