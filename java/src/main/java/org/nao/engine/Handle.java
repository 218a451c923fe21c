package org.nao.engine;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A native object and the order in which objects die: what was made from an owner dies before it,
 * newest first. The whole tree below a device shares one lock, so closing is safe from any thread;
 * using an object while another thread closes it is not.
 *
 * <p>An object that is forgotten without being closed is never freed behind its user's back, since
 * native memory freed at the garbage collector's whim hides the mistake; it is only reported.
 */
final class Handle<P extends Pointer> {
  private static final Logger LOG = LoggerFactory.getLogger(Handle.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private final P pointer;
  private final Consumer<P> destroy;
  private final Handle<?> owner;
  private final Object lock;
  private final Set<Handle<?>> children = new LinkedHashSet<>();
  private volatile boolean closed;

  /**
   * @param name what a message calls the object, for example {@code network}
   * @param owner what it was made from, null for a device
   */
  Handle(String name, Handle<?> owner, P pointer, Consumer<P> destroy) {
    this.name = name;
    this.owner = owner;
    this.pointer = pointer;
    this.destroy = destroy;
    this.lock = owner == null ? new Object() : owner.lock;
    if (owner != null) {
      synchronized (lock) {
        owner.children.add(this);
      }
    }
  }

  /** Reports if {@code user} becomes unreachable while this is still open. */
  void reportIfForgottenBy(Object user) {
    CLEANER.register(user, this::report);
  }

  /** The pointer, or {@link IllegalStateException} after close. */
  P get() {
    if (closed) {
      throw new IllegalStateException("The " + name + " is closed.");
    }
    return pointer;
  }

  /** Does something with it that may come at any time, from any thread. */
  void ifOpen(Consumer<P> action) {
    synchronized (lock) {
      if (!closed) {
        action.accept(pointer);
      }
    }
  }

  void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      final List<Handle<?>> oldestFirst = new ArrayList<>(children);
      for (int i = oldestFirst.size() - 1; i >= 0; --i) {
        oldestFirst.get(i).close();
      }
      closed = true;
      if (owner != null) {
        owner.children.remove(this);
      }
      destroy.accept(pointer);
    }
  }

  private void report() {
    if (!closed) {
      LOG.warn("A {} was never closed; its native memory stays taken.", name);
    }
  }
}
