package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an error says that the process has used up: memory, threads or open files. Any call may fail
 * for that, also the loading of a class, so libraries wrap it into errors of all kinds.
 */
final class UsedUp {
  /** What somebody says in the message of an error, and the sentence for it. */
  private static final Map<String, String> SENTENCES = sentences();

  private UsedUp() {}

  /** One sentence; empty if the error and its causes speak of something else. */
  static Optional<String> sentence(Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      final String message = String.valueOf(each.getMessage());
      for (final Map.Entry<String, String> known : SENTENCES.entrySet()) {
        if (message.contains(known.getKey())) {
          return Optional.of(known.getValue());
        }
      }
      if (each instanceof OutOfMemoryError) {
        return Optional.of(
            "out of Java memory; use smaller sizes or a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> sentences() {
    final String memory =
        "out of memory, the system gives this process no more (see ulimit -v and the limits of its"
            + " container); use smaller sizes.";
    final Map<String, String> sentences = new LinkedHashMap<>();
    sentences.put(
        "unable to create native thread",
        "the system gives this process no more threads (see ulimit -u and the limits of its"
            + " container); use fewer --threads.");
    sentences.put(
        "Too many open files",
        "this process may open no more files at once; raise the limit (ulimit -n).");
    sentences.put("Map failed", memory); // Java, of a file
    sentences.put("bad_alloc", memory); // C++
    sentences.put("can't allocate memory", memory); // libtorch
    return sentences;
  }
}
