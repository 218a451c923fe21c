package org.nao.ranks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.nao.run.IoFailure;

/** The other ranks on this machine, as processes that rank 0 starts with its own command line. */
public final class LocalRanks implements AutoCloseable {
  /** Of the run folder, for processes that rank 0 starts. */
  private static final String RUN = "NAO_RUN";

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final int END_SECONDS = 20;

  private final List<Process> processes = new ArrayList<>();

  private LocalRanks() {}

  /** No processes, for ranks that somebody else has started. */
  public static LocalRanks none() {
    return new LocalRanks();
  }

  /**
   * Starts ranks 1 to {@code size} - 1, whose errors go where those of this process go.
   *
   * @param folder of the run
   */
  public static LocalRanks start(int size, Path folder) {
    final LocalRanks ranks = new LocalRanks();
    try {
      final List<String> command = command();
      for (int rank = 1; rank < size; rank++) {
        final ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(Placement.RANK, Integer.toString(rank));
        builder.environment().put(Placement.SIZE, Integer.toString(size));
        builder.environment().put(RUN, folder.toAbsolutePath().toString());
        ranks.processes.add(builder.start());
      }
      return ranks;
    } catch (IOException e) {
      ranks.close();
      throw IoFailure.of(COMMAND_LINE, "another rank cannot be started", e);
    }
  }

  /** The folder of the run, where rank 0 has started this process. */
  public static Optional<Path> folder() {
    return Optional.ofNullable(System.getenv(RUN)).map(Path::of);
  }

  /** That of this process. */
  private static List<String> command() throws IOException {
    final String line = Files.readString(COMMAND_LINE, StandardCharsets.UTF_8);
    final List<String> command = new ArrayList<>(Arrays.asList(line.split("\\x00")));
    ProcessHandle.current().info().command().ifPresent(file -> command.set(0, file));
    return command;
  }

  /** A sentence about one that has ended before it was needed. */
  public Optional<String> problem() {
    for (int i = 0; i < processes.size(); i++) {
      if (!processes.get(i).isAlive()) {
        return Optional.of(
            "rank %d has ended with exit code %d before it came"
                .formatted(i + 1, processes.get(i).exitValue()));
      }
    }
    return Optional.empty();
  }

  /** Waits for those that end by themselves, and ends the others. */
  @Override
  public void close() {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    for (final Process process : processes) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
