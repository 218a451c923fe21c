package org.nao.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A preset's whole numbers that may be lowered to fit a small data set: those that neither a file
 * nor an option gives.
 */
public final class FittingValues {
  private final Map<String, JsonNode> preset;
  private final Map<String, JsonNode> given = new LinkedHashMap<>();
  private final Map<String, Object> lowered = new LinkedHashMap<>();

  /**
   * The values of a configuration in layers, as {@link ConfigFiles#resolve} takes them.
   *
   * @param options values by key or dotted key
   */
  public FittingValues(ObjectNode preset, Optional<ConfigFile> file, Map<String, ?> options) {
    this.preset = ConfigFiles.leaves(preset);
    file.ifPresent(each -> given.putAll(ConfigFiles.leaves(each.values())));
    options.forEach((key, value) -> given.put(key, Json.mapper().valueToTree(value)));
  }

  /** Whether the user gives a value. */
  public boolean isGiven(String key) {
    return given.containsKey(key);
  }

  /** A value as text. */
  public String text(String key) {
    return given.getOrDefault(key, preset.get(key)).asText();
  }

  /** A whole number. */
  public int number(String key) {
    return lowered.containsKey(key)
        ? (int) lowered.get(key)
        : given.getOrDefault(key, preset.get(key)).asInt();
  }

  /** Lowers a number that is larger, unless the user gives it; it stays at least 1. */
  public void atMost(String key, int most) {
    if (!isGiven(key) && number(key) > most) {
      lowered.put(key, Math.max(1, most));
    }
  }

  /** The lowered numbers by key. */
  public Map<String, Object> lowered() {
    return lowered;
  }

  /**
   * What was lowered, for example "--validation to 60 (from 1,000)"; empty if nothing was.
   *
   * @param names how users call keys
   */
  public String sentence(UnaryOperator<String> names) {
    return lowered.entrySet().stream()
        .map(
            each ->
                "%s to %,d (from %,d)"
                    .formatted(
                        names.apply(each.getKey()),
                        (int) each.getValue(),
                        preset.get(each.getKey()).asInt()))
        .collect(Collectors.joining(", "));
  }
}
