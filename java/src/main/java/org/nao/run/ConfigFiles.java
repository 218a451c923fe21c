package org.nao.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;

/**
 * Configurations as records, in layers: a preset (a complete record), over it a JSON file with any
 * of its keys, over that the options of the command line. Records may hold records; {@code
 * controller.epochs} names the key {@code epochs} of the record {@code controller}. A record checks
 * its values in its constructor and throws {@link UserException} with a sentence.
 */
public final class ConfigFiles {
  private ConfigFiles() {}

  /** As {@link #resolve(Record, Optional, Map, Map)} where no key has an option's name. */
  public static <T extends Record> T resolve(
      T preset, Optional<ConfigFile> file, Map<String, ?> options) {
    return resolve(preset, file, options, Map.of());
  }

  /**
   * The preset with the file's and then the options' values.
   *
   * @param preset gives the type, the known keys and every value nobody else gives
   * @param file some or all of the record's keys
   * @param options values by key or dotted key
   * @param optionNames how users call keys on the command line, for sentences about them
   * @throws RunException naming file and key: unknown (with the nearest known one), of another type
   *     or refused by the record
   * @throws UserException if the record refuses the values that options are among
   */
  public static <T extends Record> T resolve(
      T preset,
      Optional<ConfigFile> file,
      Map<String, ?> options,
      Map<String, String> optionNames) {
    @SuppressWarnings("unchecked")
    final Class<T> type = (Class<T>) preset.getClass();
    return resolve(Json.tree(preset), type, file, options, optionNames);
  }

  /**
   * As {@link #resolve(Record, Optional, Map, Map)}, of a preset that has all keys but need not be
   * whole without values of the file or the options.
   */
  public static <T extends Record> T resolve(
      ObjectNode preset,
      Class<T> type,
      Optional<ConfigFile> file,
      Map<String, ?> options,
      Map<String, String> optionNames) {
    final ObjectNode fromFile = file.map(ConfigFile::values).orElseGet(Json::object);
    final Optional<Path> path = file.map(ConfigFile::path);
    final ObjectNode fromOptions = Json.object();
    options.forEach((key, value) -> put(fromOptions, key, Json.mapper().valueToTree(value)));
    final ConfigSource source = new ConfigSource(path, fromFile, options.keySet(), optionNames);
    final ObjectNode merged = preset.deepCopy();
    merge(merged, fromFile, path.map(Path::toString).orElse(""), "");
    merge(merged, fromOptions, "options", "");
    try {
      if (SelectiveConfig.class.isAssignableFrom(type)) {
        final SelectiveConfig selective = (SelectiveConfig) of(preset, type);
        refuseUnused(selective, merged, fromOptions, source);
        refuseUnused(selective, merged, fromFile, source);
      }
      return convert(merged, type, source);
    } catch (RunException e) {
      if (options.isEmpty()) {
        throw e;
      }
      throw new UserException(e.getMessage(), e);
    }
  }

  private static void refuseUnused(
      SelectiveConfig config, ObjectNode merged, ObjectNode given, ConfigSource source) {
    for (final String key : leaves(given).keySet()) {
      if (!config.uses(key, merged)) {
        final Optional<InvalidValue> refusal = config.refusal(key, merged);
        if (refusal.isPresent()) {
          throw new RunException(source.sentence(refusal.get()), refusal.get());
        }
      }
    }
  }

  /** The keys that a configuration uses, with their values, as a file may give them. */
  public static ObjectNode used(Record config) {
    final ObjectNode all = Json.tree(config);
    final ObjectNode used = Json.object();
    leaves(all)
        .forEach(
            (key, value) -> {
              if (!(config instanceof SelectiveConfig selective) || selective.uses(key, all)) {
                put(used, key, value);
              }
            });
    return used;
  }

  /** The values of a configuration by dotted key, in its order. */
  public static Map<String, JsonNode> leaves(ObjectNode configuration) {
    final Map<String, JsonNode> leaves = new LinkedHashMap<>();
    addLeaves(configuration, "", leaves);
    return leaves;
  }

  private static void addLeaves(ObjectNode node, String prefix, Map<String, JsonNode> leaves) {
    for (final Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue() instanceof ObjectNode inner) {
        addLeaves(inner, prefix + field.getKey() + ".", leaves);
      } else {
        leaves.put(prefix + field.getKey(), field.getValue());
      }
    }
  }

  /**
   * The record that {@code file} holds completely, as written by {@link SealedJson#write}.
   *
   * @throws RunException as {@link #resolve} does, for a missing key, and for a file that is not as
   *     it was written
   */
  public static <T extends Record> T read(Path file, Class<T> type) {
    return convert(SealedJson.read(file), type, ConfigSource.of(file.toString()));
  }

  /** The record of a tree that has all of its keys. */
  public static <T extends Record> T of(ObjectNode tree, Class<T> type) {
    return convert(tree, type, ConfigSource.of("a configuration"));
  }

  /**
   * The record of a tree that has all of its keys.
   *
   * @param file in which the tree was found, for sentences
   */
  public static <T extends Record> T of(ObjectNode tree, Class<T> type, Path file) {
    return convert(tree, type, ConfigSource.of(file.toString()));
  }

  /** A configuration as it would be read from a file. */
  public static ObjectNode written(Record config) {
    return Json.parseObject(Json.line(config));
  }

  /**
   * A run that a checkpoint belongs to may go on elsewhere, but not as another one.
   *
   * @param file of the checkpoint
   * @param before the configuration in it, as {@link #written} made it
   * @param onlyWhere keys that may differ: they say where a run computes, but not what
   * @throws RunException naming the key that differs
   */
  public static void requireSame(Path file, ObjectNode before, Record now, Set<String> onlyWhere) {
    final Map<String, JsonNode> old = leaves(before);
    leaves(written(now))
        .forEach(
            (key, value) -> {
              if (!value.equals(old.get(key)) && !onlyWhere.contains(key)) {
                throw new RunException(
                    "%s: belongs to a run with %s = %s, config.json has %s; they are not of one run."
                        .formatted(file, key, old.get(key), value));
              }
            });
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

  private static <T> T convert(ObjectNode node, Class<T> type, ConfigSource source) {
    try {
      return Json.mapper().treeToValue(node, type);
    } catch (ValueInstantiationException e) {
      throw new RunException(source.sentence(path(e), e.getCause()), e);
    } catch (UnrecognizedPropertyException e) {
      throw new RunException("%s: unknown key '%s'.".formatted(source.name(), path(e)), e);
    } catch (MismatchedInputException e) {
      final JsonNode found = found(node, e);
      if (found.isMissingNode()) {
        throw new RunException("%s: key '%s' is missing.".formatted(source.name(), path(e)), e);
      }
      throw new RunException(
          "%s: key '%s': expected %s, found %s."
              .formatted(source.name(), path(e), expected(e.getTargetType()), found),
          e);
    } catch (JsonMappingException e) {
      final String key = path(e).isEmpty() ? "" : "key '%s': ".formatted(path(e));
      throw new RunException(
          "%s: %s%s.".formatted(source.name(), key, Json.firstLine(e.getOriginalMessage())), e);
    } catch (JsonProcessingException e) {
      throw new RunException(
          "%s: %s.".formatted(source.name(), Json.firstLine(e.getOriginalMessage())), e);
    }
  }

  /** In words; {@code type}: null where Jackson does not say it. */
  private static String expected(Class<?> type) {
    if (type == null) {
      return "another value";
    }
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
      found =
          part.getFieldName() == null
              ? found.path(part.getIndex())
              : found.path(part.getFieldName());
    }
    return found;
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
        .collect(Collectors.joining("."));
  }
}
