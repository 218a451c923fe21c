package org.nao.engine;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.nao.binding.global.Nao;

/** The one place that loads the native library and turns its status codes into exceptions. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * The engine's name and version in one line.
   *
   * @throws EngineException if the library cannot be loaded
   */
  public static String version() {
    load();
    return text(Nao.nao_version());
  }

  /** Must have run before any pointer of the binding is made; cheap when it has. */
  static void load() {
    try {
      Loader.load(Nao.class);
    } catch (LinkageError e) {
      throw new EngineException(
          Status.INTERNAL, "The native engine cannot be loaded: " + rootMessage(e));
    }
  }

  /** Throws the calling thread's last native error unless {@code status} is {@code NAO_OK}. */
  static void check(int status) {
    if (status != Nao.NAO_OK) {
      throw new EngineException(Status.of(status), lastError());
    }
  }

  static String lastError() {
    return text(Nao.nao_last_error());
  }

  static String text(BytePointer bytes) {
    return bytes.getString(StandardCharsets.UTF_8);
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
