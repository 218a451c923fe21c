package org.nao.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list of tensors from tests/golden: per tensor "param" or "buffer" and its shape.
 *
 * @param architecture the line of the network's architecture, empty for the supernet
 * @param tensors "param 8x1x3x3" per name
 */
public record GoldenTensors(String architecture, Map<String, String> tensors) {

  private static final Pattern CHOICE = Pattern.compile("\\{([^}]*)}");

  public static GoldenTensors read(String file) throws IOException {
    String architecture = "";
    final Map<String, String> tensors = new TreeMap<>();
    try (InputStream stream = GoldenTensors.class.getResourceAsStream("/golden/" + file)) {
      final String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      for (final String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
        if (line.startsWith("architecture ")) {
          architecture = line.substring("architecture ".length());
          continue;
        }
        final String[] fields = line.split(" ");
        expand(fields[1], fields[0] + " " + fields[2], tensors);
      }
    }
    return new GoldenTensors(architecture, tensors);
  }

  private static void expand(String name, String facts, Map<String, String> tensors) {
    final Matcher choice = CHOICE.matcher(name);
    if (!choice.find()) {
      if (tensors.put(name, facts) != null) {
        throw new IllegalStateException("listed twice: " + name);
      }
      return;
    }
    for (final String part : choice.group(1).split(",")) {
      expand(
          name.substring(0, choice.start()) + part + name.substring(choice.end()), facts, tensors);
    }
  }

  /** The same facts of a table. */
  public static Map<String, String> of(ParameterTable table) {
    final Map<String, String> tensors = new TreeMap<>();
    for (final ParameterSpec parameter : table.parameters()) {
      final List<String> shape = parameter.shape().stream().map(String::valueOf).toList();
      tensors.put(
          parameter.name(),
          (parameter.trainable() ? "param " : "buffer ") + String.join("x", shape));
    }
    return tensors;
  }
}
