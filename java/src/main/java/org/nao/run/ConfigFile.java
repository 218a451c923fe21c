package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * A configuration file, read once, since it may be a pipe.
 *
 * @param path where it is, for sentences
 * @param values some or all keys of a configuration, without the checksum of a run's
 */
public record ConfigFile(Path path, ObjectNode values) {

  /**
   * Reads a file, for example a run's {@code config.json} as it is, or edited.
   *
   * @throws RunException naming the file if it holds no JSON object
   */
  public static ConfigFile read(Path path) {
    final ObjectNode values = Json.readObject(path);
    values.remove(SealedJson.KEY);
    return new ConfigFile(path, values);
  }
}
