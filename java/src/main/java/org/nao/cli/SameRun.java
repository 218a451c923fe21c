package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;

/**
 * Holds what the options make against the run that they are to go on with.
 *
 * @param names how users call keys of the configuration
 * @param where keys that may differ: they say where a run computes, but not what
 * @param fitted keys that are lowered to fit small data where nobody gives them
 */
record SameRun(Map<String, String> names, Set<String> where, Set<String> fitted) {
  private static final int MOST_NAMED = 3;

  /**
   * Compares.
   *
   * @param before the configuration of the run in {@code folder}
   * @param now what all options make
   * @throws UserException naming the options that differ, with both values
   */
  void require(Path folder, Record before, Record now) {
    final Map<String, JsonNode> old = ConfigFiles.leaves(ConfigFiles.written(before));
    final List<String> differing = new ArrayList<>();
    ConfigFiles.leaves(ConfigFiles.written(now))
        .forEach(
            (key, value) -> {
              if (!where.contains(key) && !isSame(key, old.get(key), value)) {
                differing.add(
                    "%s was %s and is %s"
                        .formatted(names.getOrDefault(key, key), text(old.get(key)), text(value)));
              }
            });
    if (!differing.isEmpty()) {
      final int more = differing.size() - MOST_NAMED;
      throw new UserException(
          "%s: the run there began with other options: %s%s; give those, or another --out."
              .formatted(
                  folder,
                  String.join(", ", differing.subList(0, Math.min(MOST_NAMED, differing.size()))),
                  more > 0 ? " (and %d more)".formatted(more) : ""));
    }
  }

  private boolean isSame(String key, JsonNode before, JsonNode now) {
    return now.equals(before)
        || fitted.contains(key) && before != null && before.isInt() && before.asInt() < now.asInt();
  }

  private static String text(JsonNode value) {
    return value == null ? "not there" : value.isTextual() ? value.asText() : value.toString();
  }
}
