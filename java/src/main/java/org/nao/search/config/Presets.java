package org.nao.search.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.PresetFiles;
import org.nao.space.SearchSpace;

/** Complete configurations: those of NAO-V2 and, for other algorithms and spaces, what differs. */
public final class Presets {
  private Presets() {}

  private static final String EDGES = SearchSpace.NASBENCH201;

  /**
   * The preset {@code name}, quick or paper, of an algorithm.
   *
   * @throws UserException naming the known ones
   */
  public static SearchConfig of(String algorithm, String name) {
    return of(algorithm, name, "");
  }

  /**
   * The same for a space that is not the algorithm's own: nasbench201 has other networks, and other
   * values in them. Other names change nothing.
   *
   * @throws UserException naming the known presets
   */
  public static SearchConfig of(String algorithm, String name, String space) {
    final ObjectNode tree = PresetFiles.tree(SearchConfig.class, name);
    final Algorithm search = Algorithm.named(algorithm);
    change(tree, search.resource(), name);
    tree.put("algorithm", algorithm);
    // The others do not search it, which is for the whole configuration to say.
    if (space.equals(EDGES) && search != Algorithm.DARTS && search != Algorithm.ENAS) {
      change(tree, PresetFiles.resource(SearchConfig.class, "spaces/" + EDGES), name);
    }
    return ConfigFiles.of(tree, SearchConfig.class);
  }

  private static void change(ObjectNode tree, ObjectNode changes, String name) {
    PresetFiles.change(tree, changes.get("both"));
    PresetFiles.change(tree, changes.get(name));
  }
}
