package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Options of a command: which configuration keys they are for, and the values that the user gave;
 * keys of options left out keep the value of preset or configuration file.
 */
final class Given {
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  /**
   * Adds an option.
   *
   * @param name with its dashes
   * @param key of the configuration, with dots where it is an inner one
   * @param value null if the user did not give it
   */
  Given put(String name, String key, Object value) {
    options.put(key, name);
    if (value != null) {
      values.put(key, value);
    }
    return this;
  }

  /** Adds the options of another part of the command. */
  Given putAll(Given other) {
    options.putAll(other.options);
    values.putAll(other.values);
    return this;
  }

  /** The same with a prefix before each key. */
  Given under(String prefix) {
    final Given prefixed = new Given();
    options.forEach((key, name) -> prefixed.put(name, prefix + key, values.get(key)));
    return prefixed;
  }

  /** What the user gave, by configuration key. */
  Map<String, Object> values() {
    return values;
  }

  /** The names of all options, given or not, by configuration key. */
  Map<String, String> options() {
    return options;
  }
}
