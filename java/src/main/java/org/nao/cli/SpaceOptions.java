package org.nao.cli;

import org.nao.error.UserException;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Option;

/** Which search space. */
final class SpaceOptions {
  @Option(names = "--space", paramLabel = "NAME", description = "Search space: ${bundle:spaces}.")
  private String space;

  @Option(names = "--nodes", paramLabel = "B", description = "Nodes per cell (default 5).")
  private Integer nodes;

  @Option(
      names = "--operations",
      paramLabel = "NAMES",
      description =
          "Some of the space's operations, with commas: only these are used. Texts number them from"
              + " 0 in the space's order (default: all).")
  private String operations;

  /** The space for commands without a configuration. */
  SearchSpace space() {
    final String name = space == null ? SearchSpace.naoSmall().name() : space;
    return SearchSpace.named(
        name, nodes == null ? SearchSpace.defaultNodes(name) : nodes, checkedOperations());
  }

  /** Empty if none are given: all. A list without a name is a slip, not the wish for all. */
  private String checkedOperations() {
    if (operations != null && operations.isBlank()) {
      throw new UserException(
          "--operations names none; leave it out for all operations of the space.");
    }
    return operations == null ? "" : operations;
  }

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--space", "space", space)
        .put("--nodes", "nodes", nodes)
        .put("--operations", "operations", operations == null ? null : checkedOperations());
  }
}
