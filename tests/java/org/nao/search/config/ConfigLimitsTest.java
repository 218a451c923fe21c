package org.nao.search.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;

/** No number of a configuration is without limits: what is absurd is refused before it is tried. */
class ConfigLimitsTest {
  private static final Set<String> UNLIMITED = Set.of("seed", "maxParameters", "maxMacs");

  /** Whether an algorithm uses the key does not matter here. */
  private static final SearchConfig ANY = Presets.of("nao-v2", "paper");

  private static Stream<String> counts() {
    return keys(JsonNode::isIntegralNumber).filter(key -> !UNLIMITED.contains(key));
  }

  private static Stream<String> fractions() {
    return keys(JsonNode::isFloatingPointNumber);
  }

  private static Stream<String> keys(java.util.function.Predicate<JsonNode> kind) {
    return ConfigFiles.leaves(Json.tree(ANY)).entrySet().stream()
        .filter(entry -> kind.test(entry.getValue()))
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("counts")
  void countsHaveLimits(String key) {
    refused(key, Integer.MAX_VALUE);
    refused(key, Integer.MIN_VALUE);
  }

  @ParameterizedTest
  @MethodSource("fractions")
  void fractionsAreFinite(String key) {
    for (final double value : new double[] {-1e30, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(key, value);
    }
  }

  private static void refused(String key, Object value) {
    assertThatThrownBy(() -> ConfigFiles.resolve(ANY, Optional.empty(), Map.of(key, value)))
        .as("%s = %s", key, value)
        .isInstanceOf(UserException.class)
        .satisfies(
            e -> assertThat(e.getMessage()).contains(key.substring(key.lastIndexOf('.') + 1)));
  }
}
