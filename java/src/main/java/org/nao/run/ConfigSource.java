package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nao.error.InvalidValue;

/**
 * Where the values of a configuration come from, for sentences about them.
 *
 * @param file that gives some of them
 * @param fromFile what the file holds
 * @param fromOptions keys that options give
 * @param optionNames of keys, whether given or not
 */
record ConfigSource(
    Optional<Path> file,
    ObjectNode fromFile,
    Set<String> fromOptions,
    Map<String, String> optionNames) {

  /** A source with a name and no options. */
  static ConfigSource of(String name) {
    return new ConfigSource(Optional.of(Path.of(name)), Json.object(), Set.of(), Map.of());
  }

  /** The name of the whole source. */
  String name() {
    return file.map(path -> path + (fromOptions.isEmpty() ? "" : " with the options over it"))
        .orElse("options");
  }

  /**
   * What a record says of its values.
   *
   * @param path of the record in the configuration, empty for the whole
   */
  String sentence(String path, Throwable refusal) {
    final String prefix = path.isEmpty() ? "" : path + ".";
    if (refusal instanceof InvalidValue value) {
      return sentence(value.under(prefix));
    }
    final String where = file.isPresent() ? name() + ": " : "";
    return "%s%s%s."
        .formatted(
            where,
            path.isEmpty() ? "" : path + ": ",
            refusal instanceof NullPointerException
                ? "null is no value of one of its keys"
                : Json.firstLine(String.valueOf(refusal.getMessage())));
  }

  /** With the names of options; the file is named if the key is its. */
  String sentence(InvalidValue refusal) {
    final boolean option = file.isEmpty() || fromOptions.contains(refusal.key());
    return (option ? "" : file.get() + ": ") + refusal.sentence(this::named) + ".";
  }

  /** As users give it: {@code --pool (initialPool)}, or the key alone where only a file has it. */
  private String named(String key) {
    final String option = optionNames.get(key);
    if (isFromFileAlone(key) || optionNames.isEmpty()) {
      return key;
    }
    if (option == null) {
      return key + " (a key of --config FILE)";
    }
    return option.equals("--" + key) ? option : option + " (" + key + ")";
  }

  private boolean isFromFileAlone(String key) {
    return !fromOptions.contains(key) && ConfigFiles.leaves(fromFile).containsKey(key);
  }
}
