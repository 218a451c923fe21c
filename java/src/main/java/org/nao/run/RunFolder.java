package org.nao.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.nao.text.Shell;

/**
 * The folder of one run, held by one process at a time through a lock on {@code run.lock}. It holds
 * {@code config.json}, {@code inputs.json}, {@code events.jsonl}, {@code checkpoint/}, the pool
 * files and {@code summary.json}; all but the log are replaced as a whole, and all have checksums.
 */
public final class RunFolder implements AutoCloseable {
  /** Name of the table of latencies that limits a search. */
  public static final String LATENCIES = "latencies.json";

  private static final String LOCK = "run.lock";
  private static final String CONFIG = "config.json";
  private static final String INPUTS = "inputs.json";
  private static final String MACHINES = "machines.json";
  private static final String SUMMARY = "summary.json";
  private static final String EVENTS = "events.jsonl";

  private final Path path;
  private final FileChannel lockChannel;
  private final EventLog events;
  private final Checkpoint checkpoint;

  /** SHA-256 of the pool files written so far, by name. */
  private final Map<String, String> written = new LinkedHashMap<>();

  /** The outermost folder that was made for this run. */
  private Optional<Path> made = Optional.empty();

  private RunFolder(Path path, FileChannel lockChannel, EventLog events) {
    this.path = path;
    this.lockChannel = lockChannel;
    this.events = events;
    this.checkpoint = new Checkpoint(path);
  }

  /**
   * Starts a run in a folder that is new or empty.
   *
   * @param config a record, map or tree; written to {@code config.json}
   * @throws RunException if the folder holds a run or something else, is held by another process or
   *     cannot be written
   */
  public static RunFolder create(Path path, Object config) {
    return create(path, config, createFolder(path));
  }

  /**
   * Starts a run in a new folder, which gets a number if its name is taken, for example by a run
   * that began in the same second.
   *
   * @param config as in {@link #create(Path, Object)}
   */
  public static RunFolder createNumbered(Path path, Object config) {
    final Path parent = path.toAbsolutePath().getParent();
    final Optional<Path> made = createFolder(parent);
    for (int number = 1; ; number++) {
      final Path folder =
          number == 1 ? path : path.resolveSibling(path.getFileName() + "-" + number);
      try {
        Files.createDirectory(folder);
        AtomicFiles.forceFolder(parent);
        return create(folder, config, Optional.of(made.orElse(folder)));
      } catch (FileAlreadyExistsException e) {
        continue;
      } catch (IOException e) {
        throw IoFailure.of(folder, "the run folder cannot be made", e);
      }
    }
  }

  private static RunFolder create(Path path, Object config, Optional<Path> made) {
    requireNew(path);
    final RunFolder folder = open(path);
    folder.made = made;
    try {
      // Another process may have run here between the first look and the lock.
      requireNew(path);
      folder.events.resume(EventLog.Mark.START);
      SealedJson.write(path.resolve(CONFIG), config);
      return folder;
    } catch (RunException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * Goes on with a run. The caller cuts the event log to the checkpoint with {@link
   * EventLog#resume}.
   *
   * @param config with what it goes on, for example on another device; replaces {@code config.json}
   * @throws RunException if the folder holds no run, is held by another process or cannot be
   *     written
   */
  public static RunFolder resume(Path path, Object config) {
    final Path file = configFile(path);
    final RunFolder folder = open(path);
    try {
      if (!Files.readString(file).equals(SealedJson.text(config))) {
        SealedJson.write(file, config);
      }
      return folder;
    } catch (IOException e) {
      folder.close();
      throw IoFailure.of(file, "cannot be read", e);
    } catch (RunException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * Starts a run or goes on with it, whichever the folder is ready for. The caller sees to it that
   * nobody else works there, and cuts the event log to the checkpoint with {@link EventLog#resume}.
   *
   * @param config as in {@link #create}
   * @throws RunException if the folder cannot be written or holds something else
   */
  public static RunFolder unshared(Path path, Object config) {
    createFolder(path);
    final RunFolder folder = open(path, null);
    try {
      if (!Files.exists(path.resolve(CONFIG))) {
        requireNew(path);
        SealedJson.write(path.resolve(CONFIG), config);
      }
      return folder;
    } catch (RunException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * Takes the folder of a run, and all in it, from whoever may still believe to work there: it gets
   * another name, and the log, which is not reached by its name while it is open, a file of its
   * own.
   *
   * @return whether it was there
   */
  public static boolean takeOver(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.forceFolder(to.toAbsolutePath().getParent());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw IoFailure.of(from, "cannot be renamed to " + to.getFileName(), e);
    }
    final Path events = to.resolve(EVENTS);
    if (Files.exists(events)) {
      AtomicFiles.copy(events, events);
    }
    return true;
  }

  /**
   * Gives a finished run its final name; its files replace those that are there already.
   *
   * @throws RunException if the run is not there any more
   */
  public static void publish(Path work, Path target) {
    try {
      if (Links.exists(target)) {
        for (final Path file : Folders.entries(work)) {
          if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(
                file,
                target.resolve(file.getFileName()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
          }
        }
        Files.deleteIfExists(work);
      } else {
        Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      }
      AtomicFiles.forceFolder(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw IoFailure.of(target, "cannot be written", e);
    }
  }

  /**
   * The configuration of the run in {@code path}, without holding the folder.
   *
   * @throws RunException if the folder holds no run
   */
  public static Path configFile(Path path) {
    final Path file = path.resolve(CONFIG);
    if (!holdsRun(path)) {
      throw new RunException(
          "%s: expected the folder of a run, found %s."
              .formatted(
                  path,
                  Files.isDirectory(path) ? "none of its files (no " + CONFIG + ")" : "no folder"));
    }
    return file;
  }

  /** Whether {@code path} holds a run. */
  public static boolean holdsRun(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /** The summary of the run in {@code path}, without holding the folder. */
  public static Path summaryFile(Path path) {
    return path.resolve(SUMMARY);
  }

  /**
   * The events of the run in {@code path}, oldest first, without holding the folder.
   *
   * @throws RunException if they cannot be read or one is not as it was written
   */
  public static List<ObjectNode> events(Path path) {
    return EventLog.read(path.resolve(EVENTS));
  }

  /**
   * What the run in {@code path} reads, without holding the folder; nothing if it has not begun.
   */
  public static List<Input> inputs(Path path) {
    final Path file = path.resolve(INPUTS);
    return Files.exists(file) ? ConfigFiles.read(file, InputsFile.class).inputs() : List.of();
  }

  /** The machines that the run in {@code path} was on, the first one first. */
  public static List<UsedMachine> machines(Path path) {
    final Path file = path.resolve(MACHINES);
    if (!Files.exists(file)) {
      return List.of();
    }
    final ObjectNode tree = SealedJson.read(file);
    for (final JsonNode machine : tree.path("machines")) {
      if (machine instanceof ObjectNode node && !node.has("exchange")) {
        node.put("exchange", ""); // of a run before there was a choice
      }
    }
    return ConfigFiles.of(tree, MachinesFile.class, file).machines();
  }

  /** Whether a process works on the run in {@code path}. */
  public static boolean isHeld(Path path) {
    final Path file = path.resolve(LOCK);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // Shared: others that only look get it, too.
      final FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  public Path path() {
    return path;
  }

  public EventLog events() {
    return events;
  }

  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Ties the run to what it reads: a run that begins writes it to {@code inputs.json}, one that
   * goes on must find the same content there, wherever it lies now.
   *
   * @throws RunException naming the input that is another one
   */
  public void tieTo(List<Input> inputs) {
    final Path file = path.resolve(INPUTS);
    final InputsFile now = new InputsFile(inputs);
    if (!Links.exists(file) && !checkpoint.exists()) {
      SealedJson.write(file, now);
      return;
    }
    final InputsFile before = ConfigFiles.read(file, InputsFile.class);
    for (final Input input : inputs) {
      if (before.inputs().stream().noneMatch(each -> each.sha256().equals(input.sha256()))) {
        throw new RunException(
            "%s: the %s %s is not the one that the run began with; bring that one back, or begin a new run."
                .formatted(path, input.role(), input.place()));
      }
    }
  }

  private record InputsFile(List<Input> inputs) {}

  /**
   * Adds the machine to {@code machines.json}, unless the run was on one like it before. No result
   * depends on it: a damaged file begins anew.
   */
  public void noteMachine(UsedMachine machine) {
    final List<UsedMachine> all = new ArrayList<>();
    try {
      all.addAll(machines(path));
    } catch (RunException e) {
      all.clear();
    }
    if (!all.contains(machine)) {
      all.add(machine);
      SealedJson.write(path.resolve(MACHINES), new MachinesFile(all));
    }
  }

  private record MachinesFile(List<UsedMachine> machines) {}

  /**
   * Also writes the events as TensorBoard reads them, from the next {@link EventLog#resume} on: if
   * that is wanted, or if the run has done so before.
   */
  public void mirrorEvents(boolean wanted) {
    final Path file = path.resolve(TensorBoardFile.NAME);
    if (wanted || Files.exists(file)) {
      events.mirror(new TensorBoardFile(file));
    }
  }

  /** Writes {@code summary.json}; {@code summary}: a record, map or tree. */
  public void writeSummary(Object summary) {
    SealedJson.write(path.resolve(SUMMARY), summary);
  }

  /** Writes {@code arch_pool.<round>} and {@code arch_pool.perf.<round>}, see {@link PoolFiles}. */
  public void writePool(int round, List<String> architectures, double[] performances) {
    for (final Path file : PoolFiles.write(path, round, architectures, performances)) {
      written.put(file.getFileName().toString(), Sha256.of(file));
    }
  }

  /** SHA-256 of the pool files written so far, by name: for checkpoints. */
  public Map<String, String> written() {
    return Map.copyOf(written);
  }

  /**
   * Goes on after a checkpoint.
   *
   * @param files what {@link #written} was
   * @return a sentence for each file that is not as it was written
   */
  public List<String> rememberWritten(Map<String, String> files) {
    written.putAll(files);
    final List<String> damages = new ArrayList<>();
    files.forEach(
        (name, sha256) -> {
          final Path file = path.resolve(name);
          if (!Files.isRegularFile(file) || !Sha256.of(file).equals(sha256)) {
            damages.add(
                file + ": is not as it was written; results do not depend on it, the run goes on.");
          }
        });
    return damages;
  }

  /**
   * The folder of that name in this one, for files that get their final names later; it is made
   * where it is missing.
   */
  public Path folder(String name) {
    final Path folder = path.resolve(name);
    Links.refuse(folder);
    try {
      AtomicFiles.createFolders(folder);
      AtomicFiles.deletePartial(folder);
      return folder;
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be made", e);
    }
  }

  /** Moves a file out of a folder of this one to the name {@code name} beside the summary. */
  public void publish(Path file, String name) {
    final Path target = path.resolve(name);
    Links.refuse(target);
    try {
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      AtomicFiles.forceFolder(path);
    } catch (IOException e) {
      throw IoFailure.of(target, "cannot be written", e);
    }
  }

  /** Removes the folder of that name and the files that are left in it. */
  public void removeFolder(String name) {
    final Path folder = path.resolve(name);
    Links.refuse(folder);
    try {
      for (final Path file : Folders.entries(folder)) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be removed", e);
    }
  }

  /** Writes {@code arch_pool.final}. */
  public void writeFinalPool(List<String> architectures) {
    PoolFiles.writeFinal(path, architectures);
  }

  /**
   * Takes back {@link #create}, for a run that turned out to be impossible, and releases. Folders
   * that were made for it go, too.
   */
  public void discard() {
    close();
    try {
      for (final String file :
          List.of(CONFIG, INPUTS, MACHINES, EVENTS, LATENCIES, TensorBoardFile.NAME, LOCK)) {
        Files.deleteIfExists(path.resolve(file));
      }
      if (made.isPresent()) {
        removeFolders(path.toAbsolutePath(), made.get().toAbsolutePath());
      }
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be cleared", e);
    }
  }

  /**
   * What begins in a new folder, which is discarded where that fails: a run that cannot begin, for
   * example for lack of its data, leaves no folder in the way.
   */
  public <T> T orDiscard(Supplier<T> begin) {
    try {
      return begin.get();
    } catch (RuntimeException e) {
      discard();
      throw e;
    }
  }

  /** Releases the folder, so that another process may work on the run. */
  @Override
  public void close() {
    events.close();
    closeQuietly(lockChannel);
  }

  /** Removes a folder and those above it up to {@code outermost}, as far as they are empty. */
  private static void removeFolders(Path folder, Path outermost) throws IOException {
    for (Path each = folder; each.startsWith(outermost); each = each.getParent()) {
      if (!Folders.entries(each).isEmpty()) {
        return;
      }
      Files.delete(each);
    }
  }

  private static Optional<Path> createFolder(Path path) {
    try {
      return Optional.ofNullable(AtomicFiles.createFolders(path));
    } catch (IOException e) {
      throw IoFailure.of(path, "the run folder cannot be made", e);
    }
  }

  /** The folder holds at most what a run killed at its very start left. */
  private static void requireNew(Path path) {
    if (Files.exists(path.resolve(CONFIG))) {
      throw new RunException(
          "%s: already holds a run; continue it with --resume %s or choose another --out."
              .formatted(path, Shell.quoted(path.toString())));
    }
    try {
      final List<String> foreign =
          Folders.entries(path).stream()
              .filter(entry -> !AtomicFiles.isPartial(entry))
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !List.of(LOCK, EVENTS).contains(name))
              .toList();
      if (!foreign.isEmpty()) {
        throw new RunException(
            ("%s: expected a new or empty folder, found one with other files (%s);"
                    + " choose another --out.")
                .formatted(path, foreign.get(0)));
      }
    } catch (IOException e) {
      throw IoFailure.of(path, "the run folder cannot be read", e);
    }
  }

  private static RunFolder open(Path path) {
    return open(
        path,
        tryLock(path)
            .orElseThrow(
                () ->
                    new RunException(
                        "%s: the run folder is in use by %s; wait for it or choose another --out."
                            .formatted(path, holder(path.resolve(LOCK))))));
  }

  /** {@code lockChannel}: null where the caller holds the folder otherwise. */
  private static RunFolder open(Path path, FileChannel lockChannel) {
    try {
      AtomicFiles.deletePartial(path);
      return new RunFolder(path, lockChannel, EventLog.open(path.resolve(EVENTS)));
    } catch (IOException e) {
      closeQuietly(lockChannel);
      throw IoFailure.of(path, "the run folder cannot be written", e);
    } catch (RunException e) {
      closeQuietly(lockChannel);
      throw e;
    }
  }

  /** Takes the lock and writes who holds it; the lock goes with the process, however it ends. */
  private static Optional<FileChannel> tryLock(Path path) {
    final Path file = path.resolve(LOCK);
    Links.refuse(file);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      final FileLock lock = tryLock(channel);
      if (lock == null) {
        closeQuietly(channel);
        return Optional.empty();
      }
      final ObjectNode owner = Json.object();
      owner.put("pid", ProcessHandle.current().pid());
      owner.put("host", HostName.ofThisMachine());
      channel.truncate(0);
      AtomicFiles.writeFully(
          channel, ByteBuffer.wrap((Json.line(owner) + "\n").getBytes(StandardCharsets.UTF_8)));
      return Optional.of(channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw IoFailure.of(file, "the run folder cannot be locked", e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(Path file) {
    try {
      final ObjectNode owner = Json.readObject(file);
      return "process %d on %s"
          .formatted(owner.path("pid").asLong(), owner.path("host").asText("this machine"));
    } catch (RunException e) {
      // The holder has locked the file and not yet written who it is.
      return "another process";
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // Nothing is written through the lock's channel that anyone needs.
    }
  }
}
