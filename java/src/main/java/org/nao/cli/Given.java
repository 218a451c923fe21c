package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects the options a user gave; those left out keep the value of preset or configuration file.
 */
final class Given {
  private Given() {}

  static void put(Map<String, Object> given, String key, Object value) {
    if (value != null) {
      given.put(key, value);
    }
  }

  /** The same with a prefix before each key. */
  static Map<String, Object> under(String prefix, Map<String, Object> given) {
    final Map<String, Object> prefixed = new LinkedHashMap<>();
    given.forEach((key, value) -> prefixed.put(prefix + key, value));
    return prefixed;
  }
}
