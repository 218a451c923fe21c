package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The checkpoint of a run folder: {@code checkpoint/state.json} (format version, checksum of the
 * tensors, state; {@link SealedJson}) and {@code checkpoint/tensors.safetensors}. A new one is
 * completed and forced to disk as {@code checkpoint.new}; then the old one is renamed to {@code
 * checkpoint.previous} and the new one to {@code checkpoint}. So at any instant one of the three is
 * whole, and reading looks at them in the order that finds the newest whole one. One process at a
 * time, see {@link RunFolder}.
 */
public final class Checkpoint {
  /** Version of the format; a reader refuses every other one. */
  static final int VERSION = 2;

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
   * @param file of the state
   * @param tree the state as given to {@link #save}
   * @param tensors as given to {@link #save}, mapped into memory
   * @param warning one sentence when the newest checkpoint was damaged and an earlier one is
   *     returned
   */
  public record Loaded(
      Path file, ObjectNode tree, Map<String, Tensor> tensors, Optional<String> warning) {

    /**
     * The state as a record, which checks its values.
     *
     * @throws RunException naming the file and the key: unknown, missing or refused
     */
    public <T extends Record> T state(Class<T> type) {
      return ConfigFiles.of(tree, type, file);
    }
  }

  /**
   * Replaces the checkpoint; returns once it is on disk.
   *
   * @param state a record, map or tree that becomes a JSON object
   * @throws RunException if it cannot be written; the old checkpoint is then still there
   */
  public void save(Object state, Map<String, Tensor> tensors) {
    Links.refuse(current);
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
    SealedJson.write(next.resolve(STATE_FILE), root);
    try {
      if (Links.exists(current)) {
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
      Links.refuse(candidate);
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
                    loaded.file(),
                    loaded.tree(),
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

  /**
   * Puts what a checkpoint held where it belongs.
   *
   * @param file of the state, which is named
   * @param restore throws IllegalArgumentException where something is missing or of another size
   * @throws RunException in its place
   */
  public static <T> T fitting(Path file, Supplier<T> restore) {
    try {
      return restore.get();
    } catch (IllegalArgumentException e) {
      throw new RunException(
          "%s: the checkpoint's tensors do not fit this run: %s."
              .formatted(file, e.getMessage().replaceFirst("\\.$", "")),
          e);
    }
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
      root = SealedJson.read(stateFile);
    } catch (RunException e) {
      refuseOlder(stateFile);
      throw new DamagedCheckpointException(e.getMessage(), e);
    }
    if (!root.path("format").asText().equals(FORMAT) || !root.path("version").isInt()) {
      throw new DamagedCheckpointException(
          stateFile + ": expected the state of a checkpoint, found another JSON object.", null);
    }
    if (root.path("version").asInt() != VERSION) {
      throw anotherVersion(stateFile, root.path("version").asInt());
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
      if (!(root.get("state") instanceof ObjectNode state)) {
        throw new DamagedCheckpointException(stateFile + ": expected a state, found none.", null);
      }
      return new Loaded(
          stateFile, state, SafetensorsFile.open(tensorsFile).tensors(), Optional.empty());
    } catch (IOException e) {
      throw IoFailure.of(tensorsFile, "cannot be read", e);
    }
  }

  /** Before version 2 there was no checksum. */
  private static void refuseOlder(Path stateFile) {
    final ObjectNode root;
    try {
      root = Json.readObject(stateFile);
    } catch (RunException e) {
      return; // It is damaged, whatever its version.
    }
    final int version = root.path("version").asInt();
    if (root.path("format").asText().equals(FORMAT)
        && !root.has(SealedJson.KEY)
        && version != VERSION) {
      throw anotherVersion(stateFile, version);
    }
  }

  private static RunException anotherVersion(Path stateFile, int version) {
    return new RunException(
        ("%s: the checkpoint has format version %d, this nao reads version %d;"
                + " go on with the nao that wrote it.")
            .formatted(stateFile, version, VERSION));
  }

  /** Bytes of the newest checkpoint; 0 before the first one. */
  public long bytes() {
    return Folders.bytes(current);
  }

  /** Whether a checkpoint, whole or not, is there. */
  boolean exists() {
    return Links.exists(current) || Links.exists(previous) || Links.exists(next);
  }

  /** A process killed between the two renames left a whole checkpoint.new and no checkpoint. */
  private void finishInterruptedSave() throws IOException {
    if (Links.exists(current)) {
      return;
    }
    for (final Path candidate : new Path[] {next, previous}) {
      Links.refuse(candidate);
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
    Links.refuse(checkpoint);
    if (Files.exists(checkpoint)) {
      for (final Path file : Folders.entries(checkpoint)) {
        Files.delete(file);
      }
      Files.delete(checkpoint);
    }
  }
}
