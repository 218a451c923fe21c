package org.nao.estimate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.nao.run.IoFailure;
import org.nao.run.RunFolder;

/**
 * A run folder among the system's temporary files, for a run that is only tried; nothing of it is
 * left.
 */
public final class TrialFolder implements AutoCloseable {
  private final Path parent;
  private final RunFolder folder;
  private final Thread onExit;

  /** {@code config}: as in {@link RunFolder#create}. */
  public TrialFolder(Record config) {
    try {
      parent = Files.createTempDirectory("nao-estimate-");
    } catch (IOException e) {
      throw IoFailure.of(
          Path.of(System.getProperty("java.io.tmpdir")), "no folder can be made there", e);
    }
    onExit = new Thread(() -> delete(parent), "nao-trial-folder");
    Runtime.getRuntime().addShutdownHook(onExit);
    folder = RunFolder.create(parent.resolve("run"), config);
  }

  /** The run folder. */
  public RunFolder folder() {
    return folder;
  }

  @Override
  public void close() {
    folder.close();
    delete(parent);
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process ends, and the hook finds nothing to do.
    }
  }

  private static void delete(Path path) {
    try (Stream<Path> paths = Files.walk(path)) {
      final List<Path> innermostFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (final Path each : innermostFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      System.err.println(path + ": cannot be removed (" + e.getMessage() + ").");
    }
  }
}
