package org.nao.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.nao.run.ConfigFiles;
import org.nao.run.Input;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.UsedMachine;

/**
 * What every run's folder tells. It is read without holding the folder, so the run may go on
 * meanwhile.
 *
 * @param path of the folder, as the user wrote it
 * @param config as its file has it
 * @param events oldest first
 * @param inputs what the run reads
 * @param machines that it was on; runs of versions before do not say
 */
record Run(
    Path path,
    RunState state,
    ObjectNode config,
    List<ObjectNode> events,
    List<Input> inputs,
    List<UsedMachine> machines) {

  /**
   * Reads a folder.
   *
   * @throws RunException naming what cannot be read
   */
  static Run read(Path path) {
    final Path config = RunFolder.configFile(path);
    return new Run(
        path,
        RunState.of(path),
        SealedJson.read(config),
        RunFolder.events(path),
        RunFolder.inputs(path),
        RunFolder.machines(path));
  }

  /** The folder's own name. */
  String name() {
    final Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /** The configuration as a record. */
  <T extends Record> T config(Class<T> type) {
    return ConfigFiles.of(config, type, RunFolder.configFile(path));
  }

  /** The summary as a record; empty before the end. */
  <T extends Record> Optional<T> summary(Class<T> type) {
    final Path file = RunFolder.summaryFile(path);
    return Files.exists(file) ? Optional.of(ConfigFiles.read(file, type)) : Optional.empty();
  }

  /** The events of a phase that have a key. */
  List<ObjectNode> events(String phase, String key) {
    return events.stream()
        .filter(each -> each.path("phase").asText().equals(phase) && each.has(key))
        .toList();
  }

  /** The seconds of the events. */
  double seconds() {
    return events.stream().mapToDouble(each -> each.path("seconds").asDouble()).sum();
  }

  /** When the last event was. */
  Optional<Instant> last() {
    if (events.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(events.get(events.size() - 1).path("time").asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** A sentence instead of a page. */
  RunException unknown() {
    return new RunException(
        "%s: is neither the run of a search nor of a training, of which pages are made."
            .formatted(path));
  }
}
