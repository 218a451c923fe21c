package org.nao.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries out with two processes what a folder that several machines share must do: of two that make
 * or rename a file one succeeds, and what one writes the other sees. The two answer each other by
 * files, so that times are taken by one clock.
 */
public final class SharedFolder {
  private static final int TURNS = 20;
  private static final int NAMES = 200;
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;
  private static final String WINS = "wins";

  private final Path folder;

  /**
   * What was found.
   *
   * @param problems sentences; none if studies may use the folder
   * @param secondsOfAnswer the longest time from a file of one process to the answer of the other
   * @param secondsOfSkew how far the clock that files are dated by is before this machine's
   * @param locks whether there are file locks, which run folders need
   */
  public record Findings(
      List<String> problems, double secondsOfAnswer, double secondsOfSkew, boolean locks) {
    public Findings {
      problems = List.copyOf(problems);
    }
  }

  /** Names that one process has made, and renamed. */
  private record Wins(int made, int renamed) {}

  /** The trial in a folder that is empty but for it. */
  public SharedFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes a folder for a trial, which the caller removes by {@link #remove}. */
  public static SharedFolder in(Path shared) {
    try {
      return new SharedFolder(Files.createTempDirectory(shared, ".nao-trial-"));
    } catch (IOException e) {
      throw IoFailure.of(shared, "cannot be written", e);
    }
  }

  public Path path() {
    return folder;
  }

  /**
   * The part of the process that examines.
   *
   * @param other a process that runs {@link #assist}
   */
  public Findings examine(Process other) {
    final List<String> problems = new ArrayList<>();
    double longest = 0;
    try {
      final double skew = skew();
      final boolean locks = locks();
      for (int i = 0; i < NAMES; i++) {
        write("from-" + i, "");
      }
      for (int turn = 0; turn < TURNS; turn++) {
        final long begin = System.nanoTime();
        write("ask-" + turn, String.valueOf(turn));
        if (!await("answer-" + turn, other)) {
          problems.add("a process does not see what another one writes");
          return new Findings(problems, longest, skew, locks);
        }
        longest = Math.max(longest, (System.nanoTime() - begin) / NANOS);
      }
      final Wins mine = race("mine");
      if (await(WINS, other)) {
        final String[] wins = Files.readString(folder.resolve(WINS)).strip().split(" ");
        judge(problems, "made", mine.made + Integer.parseInt(wins[0]));
        judge(problems, "renamed", mine.renamed + Integer.parseInt(wins[1]));
      } else {
        problems.add("the second process of the trial ended early");
      }
      return new Findings(problems, longest, skew, locks);
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be used", e);
    }
  }

  /** The part of the other process. */
  public void assist() {
    try {
      for (int turn = 0; turn < TURNS; turn++) {
        if (!await("ask-" + turn, null)) {
          return;
        }
        write("answer-" + turn, String.valueOf(turn));
      }
      final Wins wins = race("others");
      write(WINS, wins.made + " " + wins.renamed + "\n");
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be used", e);
    }
  }

  /** Removes the trial. */
  public void remove() {
    try {
      for (final Path file : Folders.entries(folder)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be removed", e);
    }
  }

  private static void judge(List<String> problems, String what, int wins) {
    if (wins != NAMES) {
      problems.add(
          "of %d files that two processes %s at once, %d succeeded".formatted(NAMES, what, wins));
    }
  }

  private Wins race(String name) throws IOException {
    int made = 0;
    int renamed = 0;
    for (int i = 0; i < NAMES; i++) {
      made += hasMade("made-" + i) ? 1 : 0;
      renamed += hasRenamed("from-" + i, name + "-" + i) ? 1 : 0;
    }
    return new Wins(made, renamed);
  }

  private boolean hasMade(String name) throws IOException {
    try {
      Files.write(folder.resolve(name), new byte[] {1}, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private boolean hasRenamed(String from, String to) throws IOException {
    try {
      Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A file with its whole content at once, as nao writes all files. */
  private void write(String name, String text) {
    AtomicFiles.write(folder.resolve(name), text);
  }

  /** Waits for a file; not for ever, nor for a process that has ended without it. */
  private boolean await(String name, Process other) throws IOException {
    final long begin = System.nanoTime();
    while (System.nanoTime() - begin < LONGEST_NANOS) {
      final boolean ended = other != null && !other.isAlive();
      try {
        Files.readString(folder.resolve(name));
        return true;
      } catch (NoSuchFileException e) {
        if (ended) {
          return false;
        }
      }
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private double skew() throws IOException {
    final Path file = folder.resolve("clock");
    final long before = System.currentTimeMillis();
    Files.write(file, "now".getBytes(StandardCharsets.US_ASCII));
    final long after = System.currentTimeMillis();
    return (Files.getLastModifiedTime(file).toMillis() - (before + after) / 2.0) / MILLIS;
  }

  private boolean locks() {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException e) {
      return false;
    }
  }
}
