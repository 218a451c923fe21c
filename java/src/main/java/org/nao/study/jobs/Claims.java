package org.nao.study.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.run.RunException;

/**
 * Who works on which job of a folder that many machines share. A job is claimed by making the file
 * {@code NAME.claim-1}, which the file system lets one worker do; nothing is locked. Its owner
 * changes the file now and then. A claim that its owner gave back, or that stood still for a lease
 * while another worker looked, is followed by {@code NAME.claim-2} and so on: that is made by one
 * worker again, and the number is never used twice, so that no claim is taken from a living owner
 * by mistake of a second one. Leases are measured by the clock of the worker that waits, and by no
 * other: clocks of machines and times of files are never compared.
 */
final class Claims {
  /** So long a claim may stand still. */
  static final Duration LEASE = Duration.ofSeconds(120);

  /** So often it is changed. */
  static final Duration BEAT = LEASE.dividedBy(6);

  private static final String SUFFIX = ".claim-";
  private static final int DIGITS = 9;

  private final Path folder;
  private final Worker worker;
  private final LongSupplier nanos;
  private final Map<String, Sight> sights = new HashMap<>();
  private final Map<String, Claim> held = new ConcurrentHashMap<>();

  /** What a claim was like when this worker first saw it so. */
  private record Sight(String content, long since) {}

  /**
   * The text of a claim.
   *
   * @param beat raised by its owner
   * @param released whether the owner has given it back
   */
  record Content(Worker worker, long beat, boolean released) {}

  /**
   * The claims of a folder, which must be there.
   *
   * @param nanos a clock that only goes forward, such as {@link System#nanoTime}
   */
  Claims(Path folder, Worker worker, LongSupplier nanos) {
    this.folder = folder;
    this.worker = worker;
    this.nanos = nanos;
  }

  /**
   * What lies in the folder, read at once.
   *
   * @param newest number of the last claim, by job
   * @param others all other names
   */
  record Listing(Map<String, Integer> newest, Map<String, Boolean> others) {
    boolean holds(String name) {
      return others.containsKey(name);
    }

    /** The number of the job's last claim, 0 if there is none. */
    int claim(String name) {
      return newest.getOrDefault(name, 0);
    }
  }

  Listing list() {
    final Map<String, Integer> newest = new HashMap<>();
    final Map<String, Boolean> others = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (final Path entry : entries) {
        final String name = entry.getFileName().toString();
        final int suffix = name.lastIndexOf(SUFFIX);
        final int number = suffix < 0 ? 0 : number(name.substring(suffix + SUFFIX.length()));
        if (number > 0) {
          newest.merge(name.substring(0, suffix), number, Math::max);
        } else {
          others.put(name, true);
        }
      }
      return new Listing(newest, others);
    } catch (DirectoryIteratorException e) {
      throw IoFailure.of(folder, "cannot be read", e.getCause());
    } catch (IOException e) {
      throw IoFailure.of(folder, "cannot be read", e);
    }
  }

  /** 0 for what is no number of a claim. */
  private static int number(String digits) {
    final boolean isOne =
        !digits.isEmpty()
            && digits.length() <= DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isOne ? Integer.parseInt(digits) : 0;
  }

  /**
   * Claims a job.
   *
   * @param last number of its last claim as far as known, which is free; 0 if there is none
   * @return empty if another worker was faster
   */
  Optional<Claim> take(String name, int last) {
    final Path file = file(name, last + 1);
    try {
      Files.write(file, text(0, false), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      final Claim claim = new Claim(name, last + 1);
      held.put(name, claim);
      return Optional.of(claim);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  /** Whether a job has no claim yet: a look that changes nothing. */
  boolean isNew(String name) {
    return !Files.exists(file(name, 1));
  }

  /**
   * Whether nobody works on a job any more that was claimed, so that its next claim may be made.
   *
   * @param number of its last claim
   */
  boolean isFree(String name, int number) {
    final Optional<String> read = read(file(name, number));
    if (read.isEmpty()) {
      return true; // The job was finished meanwhile.
    }
    final Optional<Content> content = parsed(read.get());
    if (content.isPresent() && (content.get().released() || content.get().worker().hasEnded())) {
      return true;
    }
    final String key = name + SUFFIX + number;
    final Sight sight = sights.get(key);
    if (sight == null || !sight.content.equals(read.get())) {
      sights.put(key, new Sight(read.get(), nanos.getAsLong()));
      return false;
    }
    return nanos.getAsLong() - sight.since >= LEASE.toNanos();
  }

  /** The owner of a claim, for people. */
  String owner(String name, int number) {
    return read(file(name, number))
        .flatMap(Claims::parsed)
        .map(Content::worker)
        .map(owner -> "process %d on %s".formatted(owner.pid(), owner.host()))
        .orElse("another process");
  }

  /** Shows that this worker is alive, and notices which of its claims others have taken. */
  void beat() {
    held.values().forEach(Claim::beat);
  }

  /** A job that this worker has claimed. */
  final class Claim {
    private final String name;
    private final int number;
    private long beats;
    private volatile boolean lost;

    private Claim(String name, int number) {
      this.name = name;
      this.number = number;
    }

    String name() {
      return name;
    }

    /** Which claim of the job it is, from 1. */
    int number() {
      return number;
    }

    /** Whether another worker has taken the job meanwhile, as far as was noticed. */
    boolean isLost() {
      return lost;
    }

    /** Looks and says whether the job is still this worker's. */
    synchronized boolean isHeld() {
      lost |=
          Files.exists(file(name, number + 1))
              || read(file(name, number))
                  .flatMap(Claims::parsed)
                  .filter(content -> !content.worker().id().equals(worker.id()))
                  .isPresent();
      return !lost;
    }

    private synchronized void beat() {
      try {
        if (isHeld()) {
          beats++;
          Files.write(file(name, number), text(beats, false), StandardOpenOption.WRITE);
        }
      } catch (NoSuchFileException e) {
        lost = true;
      } catch (IOException | RunException e) {
        return; // If it lasts, another worker takes the job, and that is noticed then.
      }
    }

    /** Gives the job back, for anyone to go on. */
    synchronized void release() {
      held.remove(name);
      try {
        if (isHeld()) {
          Files.write(file(name, number), text(beats, true), StandardOpenOption.WRITE);
        }
      } catch (IOException | RunException e) {
        return; // It is free after a lease.
      }
    }

    /** Leaves the job to who has taken it over. */
    void forget() {
      held.remove(name);
    }

    /** Removes all claims of the job, whose result is there. */
    synchronized void finish() {
      held.remove(name);
      try {
        for (int i = 1; i <= number; i++) {
          Files.deleteIfExists(file(name, i));
        }
      } catch (IOException e) {
        return; // Nobody looks at the claims of a job that has a result.
      }
    }
  }

  private Path file(String name, int number) {
    return folder.resolve(name + SUFFIX + number);
  }

  /** One line of always the same length, so that it is written over the one before. */
  private byte[] text(long beat, boolean released) {
    final String line = Json.line(new Content(worker, beat, released));
    final String padding =
        " ".repeat(2 * DIGITS - String.valueOf(beat).length() + (released ? 1 : 0));
    return (line + padding + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /** Empty for what is just being written. */
  private static Optional<Content> parsed(String text) {
    try {
      return Optional.of(ConfigFiles.of(Json.parseObject(text), Content.class));
    } catch (RunException | UserException e) {
      return Optional.empty();
    }
  }
}
