package org.nao.search.algorithm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nao.run.Json;

/** The events of a run without what differs between two equal searches. */
final class RunEvents {
  private RunEvents() {}

  static List<ObjectNode> of(Path run) throws IOException {
    final List<ObjectNode> events = new ArrayList<>();
    for (final String line : Files.readAllLines(run.resolve("events.jsonl"))) {
      final ObjectNode event = Json.parseObject(line);
      event.remove(List.of("time", "seconds", "crc32c"));
      events.add(event);
    }
    return events;
  }
}
