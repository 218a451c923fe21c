package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Option;

/** Which search space. */
final class SpaceOptions {
  @Option(
      names = "--space",
      paramLabel = "NAME",
      description = "Search space: nao-small (default), enas-micro or darts.")
  private String space;

  @Option(names = "--nodes", paramLabel = "B", description = "Nodes per cell (default 5).")
  private Integer nodes;

  /** The space for commands without a configuration. */
  SearchSpace space() {
    final String name = space == null ? SearchSpace.naoSmall().name() : space;
    return SearchSpace.named(name, nodes == null ? SearchSpace.defaultNodes(name) : nodes);
  }

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "space", space);
    Given.put(given, "nodes", nodes);
    return given;
  }
}
