package org.nao.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Configurations as records, in layers: a preset (a complete record), over it a JSON file with any
 * of its keys, over that the options of the command line. Records may hold records; {@code
 * controller.epochs} names the key {@code epochs} of the record {@code controller}. A record checks
 * its values in its constructor and throws {@link IllegalArgumentException} with a sentence.
 */
public final class ConfigFiles {
  private ConfigFiles() {}

  /**
   * The preset with the file's and then the options' values.
   *
   * @param preset gives the type, the known keys and every value nobody else gives
   * @param file JSON object with some or all of the record's keys, for example a run's {@code
   *     config.json}
   * @param options values by key or dotted key
   * @throws RunException naming file and key: unknown (with the nearest known one), of another type
   *     or refused by the record
   * @throws IllegalArgumentException if the record refuses the values that options are among
   */
  public static <T extends Record> T resolve(
      T preset, Optional<Path> file, Map<String, ?> options) {
    final ObjectNode merged = Json.mapper().valueToTree(preset);
    if (file.isPresent()) {
      merge(merged, Json.readObject(file.get()), file.get().toString(), "");
    }
    final ObjectNode layer = Json.object();
    options.forEach((key, value) -> put(layer, key, Json.mapper().valueToTree(value)));
    merge(merged, layer, "options", "");
    final String source =
        file.map(path -> path + (options.isEmpty() ? "" : " with the options over it"))
            .orElse("options");
    try {
      return convert(merged, preset, source);
    } catch (RunException e) {
      if (options.isEmpty()) {
        throw e;
      }
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * The record that {@code file} holds completely, as written by {@link RunFolder#create}.
   *
   * @throws RunException as {@link #resolve} does, and for a missing key
   */
  public static <T extends Record> T read(Path file, Class<T> type) {
    return convert(Json.readObject(file), type, file.toString());
  }

  /** The record of a tree that has all of its keys. */
  public static <T extends Record> T of(ObjectNode tree, Class<T> type) {
    return convert(tree, type, "a configuration");
  }

  private static void put(ObjectNode layer, String dottedKey, JsonNode value) {
    final int dot = dottedKey.indexOf('.');
    if (dot < 0) {
      layer.set(dottedKey, value);
    } else {
      put(
          layer.withObjectProperty(dottedKey.substring(0, dot)),
          dottedKey.substring(dot + 1),
          value);
    }
  }

  /** Sets the values of {@code layer}, all of whose keys {@code base} must have. */
  static void merge(ObjectNode base, ObjectNode layer, String source, String prefix) {
    for (final Map.Entry<String, JsonNode> field : layer.properties()) {
      final String key = field.getKey();
      final JsonNode known = base.get(key);
      if (known == null) {
        throw unknown(base, key, source, prefix);
      }
      if (known instanceof ObjectNode inner) {
        if (!(field.getValue() instanceof ObjectNode innerLayer)) {
          throw new RunException(
              "%s: key '%s' must be an object with the keys %s, found %s."
                  .formatted(source, prefix + key, keys(inner), field.getValue()));
        }
        merge(inner, innerLayer, source, prefix + key + ".");
      } else {
        base.set(key, field.getValue());
      }
    }
  }

  private static RunException unknown(ObjectNode base, String key, String source, String prefix) {
    final List<String> known = new ArrayList<>();
    base.fieldNames().forEachRemaining(known::add);
    final Optional<String> nearest = NearestName.of(key, known);
    return new RunException(
        "%s: unknown key '%s'; %s."
            .formatted(
                source,
                prefix + key,
                nearest.isPresent()
                    ? "the nearest known one is '" + prefix + nearest.get() + "'"
                    : "known are " + keys(base)));
  }

  private static String keys(ObjectNode node) {
    final List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return String.join(", ", names);
  }

  private static <T extends Record> T convert(ObjectNode node, T preset, String source) {
    @SuppressWarnings("unchecked")
    final Class<T> type = (Class<T>) preset.getClass();
    return convert(node, type, source);
  }

  private static <T> T convert(ObjectNode node, Class<T> type, String source) {
    try {
      return Json.mapper().treeToValue(node, type);
    } catch (ValueInstantiationException e) {
      throw new RunException(
          "%s: %s%s."
              .formatted(
                  source, inner(e), Json.firstLine(String.valueOf(e.getCause().getMessage()))),
          e);
    } catch (MismatchedInputException e) {
      final JsonNode found = found(node, e);
      if (found.isMissingNode()) {
        throw new RunException("%s: key '%s' is missing.".formatted(source, path(e)), e);
      }
      throw new RunException(
          "%s: key '%s': expected %s, found %s."
              .formatted(source, path(e), expected(e.getTargetType()), found),
          e);
    } catch (JsonMappingException e) {
      final String key = path(e);
      throw new RunException(
          "%s: %s%s."
              .formatted(
                  source,
                  key.isEmpty() ? "" : "key '%s': ".formatted(key),
                  Json.firstLine(e.getOriginalMessage())),
          e);
    } catch (JsonProcessingException e) {
      throw new RunException(
          "%s: %s.".formatted(source, Json.firstLine(e.getOriginalMessage())), e);
    }
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(each -> each.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" or "));
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == long.class) {
      return "an integer";
    }
    return type == String.class ? "a text" : "a number";
  }

  private static JsonNode found(JsonNode node, JsonMappingException e) {
    JsonNode found = node;
    for (final JsonMappingException.Reference part : e.getPath()) {
      found = found.path(part.getFieldName());
    }
    return found;
  }

  private static String inner(JsonMappingException e) {
    final String key = path(e);
    return key.isEmpty() ? "" : key + ": ";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
        .collect(Collectors.joining("."));
  }
}
