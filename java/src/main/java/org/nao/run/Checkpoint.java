package org.nao.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoint of a run folder: {@code checkpoint/state.json} (format version, checksum of the
 * tensors, state) and {@code checkpoint/tensors.safetensors}. A new one is completed and forced to
 * disk as {@code checkpoint.new}; then the old one is renamed to {@code checkpoint.previous} and
 * the new one to {@code checkpoint}. So at any instant one of the three is whole, and reading looks
 * at them in the order that finds the newest whole one. One process at a time, see {@link
 * RunFolder}.
 */
public final class Checkpoint {
  /** Version of the format; a reader refuses every other one. */
  static final int VERSION = 1;

  private static final String FORMAT = "nao-checkpoint";
  private static final String STATE_FILE = "state.json";
  private static final String TENSORS_FILE = "tensors.safetensors";

  private final Path folder;
  private final Path current;
  private final Path next;
  private final Path previous;

  Checkpoint(Path runFolder) {
    folder = runFolder;
    current = runFolder.resolve("checkpoint");
    next = runFolder.resolve("checkpoint.new");
    previous = runFolder.resolve("checkpoint.previous");
  }

  /**
   * What a checkpoint held.
   *
   * @param state as given to {@link #save}
   * @param tensors as given to {@link #save}, mapped into memory
   * @param warning one sentence when the newest checkpoint was damaged and an earlier one is
   *     returned
   */
  public record Loaded(JsonNode state, Map<String, Tensor> tensors, Optional<String> warning) {}

  /**
   * Replaces the checkpoint; returns once it is on disk.
   *
   * @param state a record, map or tree that becomes a JSON object
   * @throws RunException if it cannot be written; the old checkpoint is then still there
   */
  public void save(Object state, Map<String, Tensor> tensors) {
    try {
      finishInterruptedSave();
      delete(next);
      Files.createDirectory(next);
    } catch (IOException e) {
      throw IoFailure.of(next, "cannot be written", e);
    }
    final Safetensors.Written written =
        Safetensors.write(next.resolve(TENSORS_FILE), tensors, Map.of());
    final ObjectNode root = Json.object();
    root.put("format", FORMAT);
    root.put("version", VERSION);
    root.putObject("tensors").put("bytes", written.bytes()).put("crc32c", written.crc32c());
    root.set("state", Json.mapper().valueToTree(state));
    AtomicFiles.write(next.resolve(STATE_FILE), Json.pretty(root));
    try {
      if (Files.exists(current)) {
        delete(previous);
        Files.move(current, previous, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.forceFolder(folder);
    } catch (IOException e) {
      throw IoFailure.of(current, "cannot be written", e);
    }
  }

  /**
   * The newest whole checkpoint, empty if none was ever written. Changes nothing on disk.
   *
   * @throws RunException if it is of another version, or if checkpoints are there but none is whole
   */
  public Optional<Loaded> load() {
    RunException damage = null;
    for (final Path candidate : new Path[] {current, next, previous}) {
      // checkpoint.new beside a checkpoint is a save that did not finish.
      if (!Files.exists(candidate) || (candidate.equals(next) && Files.exists(current))) {
        continue;
      }
      final boolean first = candidate.equals(next) && !Files.exists(previous);
      try {
        final Loaded loaded = read(candidate);
        return Optional.of(
            damage == null || candidate.equals(next)
                ? loaded
                : new Loaded(
                    loaded.state(),
                    loaded.tensors(),
                    Optional.of(
                        damage.getMessage() + " The one before it, " + candidate + ", is used.")));
      } catch (DamagedCheckpointException e) {
        // Nor did the first save of a run that was killed in it: nothing is lost.
        damage = damage == null && !first ? e.sentence() : damage;
      }
    }
    if (damage != null) {
      throw damage;
    }
    return Optional.empty();
  }

  /** Removes the checkpoint, once the run is done and its result is written. */
  public void delete() {
    try {
      for (final Path each : new Path[] {next, previous, current}) {
        delete(each);
      }
    } catch (IOException e) {
      throw IoFailure.of(current, "cannot be removed", e);
    }
  }

  /** Says that a checkpoint is damaged; the previous one may be whole. */
  private static final class DamagedCheckpointException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedCheckpointException(String message, Throwable cause) {
      super(message, cause);
    }

    RunException sentence() {
      return new RunException(getMessage(), this);
    }
  }

  private static Loaded read(Path checkpoint) throws DamagedCheckpointException {
    final ObjectNode root;
    final Path stateFile = checkpoint.resolve(STATE_FILE);
    try {
      root = Json.readObject(stateFile);
    } catch (RunException e) {
      throw new DamagedCheckpointException(e.getMessage(), e);
    }
    if (!root.path("format").asText().equals(FORMAT) || !root.path("version").isInt()) {
      throw new DamagedCheckpointException(
          stateFile + ": expected the state of a checkpoint, found another JSON object.", null);
    }
    if (root.path("version").asInt() != VERSION) {
      throw new RunException(
          ("%s: the checkpoint has format version %d, this nao reads version %d;"
                  + " go on with the nao that wrote it.")
              .formatted(stateFile, root.path("version").asInt(), VERSION));
    }
    final Path tensorsFile = checkpoint.resolve(TENSORS_FILE);
    try {
      final long expectedBytes = root.path("tensors").path("bytes").asLong(-1);
      final long foundBytes = Files.isRegularFile(tensorsFile) ? Files.size(tensorsFile) : 0;
      if (foundBytes != expectedBytes) {
        throw new DamagedCheckpointException(
            "%s: expected %d bytes, found %d; the checkpoint is damaged."
                .formatted(tensorsFile, expectedBytes, foundBytes),
            null);
      }
      if (SafetensorsFile.crc32c(tensorsFile) != root.path("tensors").path("crc32c").asLong(-1)) {
        throw new DamagedCheckpointException(
            tensorsFile + ": the checksum does not match; the checkpoint is damaged.", null);
      }
      return new Loaded(
          root.path("state"), SafetensorsFile.open(tensorsFile).tensors(), Optional.empty());
    } catch (IOException e) {
      throw IoFailure.of(tensorsFile, "cannot be read", e);
    }
  }

  /** A process killed between the two renames left a whole checkpoint.new and no checkpoint. */
  private void finishInterruptedSave() throws IOException {
    if (Files.exists(current)) {
      return;
    }
    for (final Path candidate : new Path[] {next, previous}) {
      if (Files.exists(candidate)) {
        try {
          read(candidate);
          Files.move(candidate, current, StandardCopyOption.ATOMIC_MOVE);
          return;
        } catch (DamagedCheckpointException e) {
          // The other candidate, or no checkpoint at all, is what is left.
          continue;
        }
      }
    }
  }

  private static void delete(Path checkpoint) throws IOException {
    if (Files.exists(checkpoint)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint)) {
        for (final Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(checkpoint);
    }
  }
}
