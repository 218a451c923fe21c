package org.nao.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nao.error.UserException;

/**
 * Presets of configurations, in resources beside their classes: {@code paper.json} has a value for
 * every key, {@code quick.json} those that differ.
 */
public final class PresetFiles {
  private static final String QUICK = "quick";
  private static final String PAPER = "paper";

  private PresetFiles() {}

  /**
   * A preset.
   *
   * @param name quick or paper
   * @throws UserException for another name
   */
  public static <T extends Record> T read(Class<T> type, String name) {
    return ConfigFiles.of(tree(type, name), type);
  }

  /**
   * As {@link #read}, before it becomes a record.
   *
   * @param beside the class that the resources belong to
   */
  public static ObjectNode tree(Class<?> beside, String name) {
    return tree(beside, name, PAPER);
  }

  /**
   * As {@link #tree(Class, String)}, of a command whose complete preset has another name.
   *
   * @param complete the preset that has a value for every key
   */
  public static ObjectNode tree(Class<?> beside, String name, String complete) {
    final ObjectNode tree = resource(beside, complete);
    if (name.equals(QUICK)) {
      change(tree, resource(beside, QUICK));
    } else if (!name.equals(complete)) {
      throw new UserException(
          "unknown preset '%s', expected %s or %s".formatted(name, QUICK, complete));
    }
    return tree;
  }

  /** Whether a preset of either name, which {@code presets} makes, has that value of a key. */
  public static boolean have(Function<String, Record> presets, String key, JsonNode value) {
    return Stream.of(QUICK, PAPER)
        .map(name -> ConfigFiles.leaves(Json.tree(presets.apply(name))).get(key))
        .anyMatch(preset -> isSame(preset, value));
  }

  private static boolean isSame(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.doubleValue() == other.doubleValue()
        : one.asText().equalsIgnoreCase(other.asText());
  }

  /** The JSON object in the resource {@code <name>.json} beside a class. */
  public static ObjectNode resource(Class<?> beside, String name) {
    try (InputStream stream = beside.getResourceAsStream(name + ".json")) {
      if (stream == null) {
        throw new IllegalStateException(
            "the resource %s/%s.json is missing"
                .formatted(beside.getPackageName().replace('.', '/'), name));
      }
      return (ObjectNode) Json.mapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets values in a configuration that has all keys; {@code changes} has some of them. */
  public static void change(ObjectNode configuration, JsonNode changes) {
    ConfigFiles.merge(configuration, (ObjectNode) changes, "a preset", "");
  }
}
