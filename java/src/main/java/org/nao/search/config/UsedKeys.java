package org.nao.search.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nao.run.PresetFiles;

/**
 * Which keys of a {@link SearchConfig} an algorithm uses, as its resource declares: {@code always},
 * or with the scores {@code one_shot} or {@code standalone} only. A declared key that holds an
 * object means all keys in it. The resource {@code all.json} declares what every algorithm uses.
 */
public final class UsedKeys {
  private static final String USES = "uses";

  private static final Map<Algorithm, UsedKeys> ALL =
      Arrays.stream(Algorithm.values())
          .collect(Collectors.toUnmodifiableMap(each -> each, UsedKeys::read));

  private final Map<Scoring, List<String>> declared = new EnumMap<>(Scoring.class);

  private UsedKeys() {}

  /** The keys of an algorithm. */
  public static UsedKeys of(Algorithm algorithm) {
    return ALL.get(algorithm);
  }

  private static UsedKeys read(Algorithm algorithm) {
    final UsedKeys keys = new UsedKeys();
    final JsonNode all = PresetFiles.resource(Algorithm.class, "algorithms/all").path(USES);
    JsonNode own = algorithm.resource().path(USES);
    if (own.isTextual()) { // the same as another algorithm's
      own = Algorithm.named(own.asText()).resource().path(USES);
    }
    for (final Scoring scoring : Scoring.values()) {
      final List<String> names = new ArrayList<>();
      all.path("always").forEach(each -> names.add(each.asText()));
      all.path(scoring.title()).forEach(each -> names.add(each.asText()));
      own.path("always").forEach(each -> names.add(each.asText()));
      own.path(scoring.title()).forEach(each -> names.add(each.asText()));
      keys.declared.put(scoring, names);
    }
    return keys;
  }

  /** Whether the algorithm uses a key, for example {@code supernet.bn}, with those scores. */
  public boolean contain(String key, Scoring scoring) {
    return declared.get(scoring).stream()
        .anyMatch(each -> key.equals(each) || key.startsWith(each + "."));
  }

  /** Whether the algorithm uses a key with some scores. */
  public boolean contain(String key) {
    return declared.keySet().stream().anyMatch(scoring -> contain(key, scoring));
  }

  /** The end of a sentence about an algorithm and a key that it does not use as it is scored. */
  static String whoElse(String algorithm, String key) {
    final UsedKeys keys = of(Algorithm.named(algorithm));
    final List<String> scorings =
        Arrays.stream(Scoring.values())
            .filter(scoring -> keys.contain(key, scoring))
            .map(Scoring::title)
            .toList();
    if (!scorings.isEmpty()) {
      return "uses only where {scoring} is " + String.join(" or ", scorings);
    }
    final List<String> users =
        Arrays.stream(Algorithm.values())
            .filter(each -> of(each).contain(key))
            .map(Algorithm::title)
            .toList();
    final int last = users.size() - 1;
    return "does not use; only %s%s"
        .formatted(
            last == 0
                ? users.get(0)
                : String.join(", ", users.subList(0, last)) + " and " + users.get(last),
            last == 0 ? " does" : " do");
  }
}
