package org.nao.search.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.PresetFiles;

/** Complete configurations: those of NAO-V2 and, for the other algorithms, what differs. */
public final class Presets {
  private Presets() {}

  /**
   * The preset {@code name}, quick or paper, of an algorithm.
   *
   * @throws UserException naming the known ones
   */
  public static SearchConfig of(String algorithm, String name) {
    final ObjectNode changes = Algorithm.named(algorithm).resource();
    final ObjectNode tree = PresetFiles.tree(SearchConfig.class, name);
    PresetFiles.change(tree, changes.get("both"));
    PresetFiles.change(tree, changes.get(name));
    tree.put("algorithm", algorithm);
    return ConfigFiles.of(tree, SearchConfig.class);
  }
}
