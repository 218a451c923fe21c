package org.nao.cli;

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
}
