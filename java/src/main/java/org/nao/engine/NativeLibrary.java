package org.nao.engine;

import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.nao.binding.global.Nao;

/** The one place that loads the native library and turns its status codes into exceptions. */
public final class NativeLibrary {
  private static final String LIBRARY = "/org/nao/binding/linux-x86_64/libnao.so";

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

  /** The folder of all native libraries; empty if they lie in a jar. */
  public static Optional<Path> folder() {
    final URL library = NativeLibrary.class.getResource(LIBRARY);
    if (library == null || !library.getProtocol().equals("file")) {
      return Optional.empty();
    }
    Path folder = Path.of(URI.create(library.toString()));
    for (int i = 0; i < Path.of(LIBRARY).getNameCount(); i++) {
      folder = folder.getParent();
    }
    return Optional.of(folder);
  }

  /** Must have run before any pointer of the binding is made; cheap when it has. */
  static void load() {
    try {
      Loader.load(Nao.class);
    } catch (LinkageError e) {
      throw new EngineException(
          Status.INTERNAL, "The native engine cannot be loaded: " + rootMessage(e) + hint(e));
    }
  }

  /** What the dynamic linker means by its words about a file system that forbids programs. */
  private static String hint(Throwable error) {
    return String.valueOf(rootMessage(error)).contains("failed to map segment")
        ? "; if its file system is mounted noexec, nao must lie on another one"
        : "";
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
