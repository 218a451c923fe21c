package org.nao.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.page.RunPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao report}: a page about runs. */
@Command(
    name = "report",
    description = {
      "Writes a page about searches and trainings, one or several side by side.",
      "It is a single file that a browser shows without network; the runs may go on meanwhile."
    },
    footer = {
      "",
      "Examples:",
      "  nao report runs/a                       runs/a/report.html",
      "  nao report runs/a runs/b --out ab.html  both, side by side"
    })
final class ReportCommand implements Runnable {
  private static final String DEFAULT_NAME = "report.html";

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "The folder of a search or a training, finished or not.")
  private List<Path> runs;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file to write (default: report.html in the run's folder; of several runs, in the"
              + " present one).")
  private Path out;

  @Mixin private Output output;

  @Override
  public void run() {
    final Path file = out == null ? defaultFile() : out;
    if (Files.isDirectory(file)) {
      throw new UserException("--out is %s, which is a folder.".formatted(file));
    }
    page(runs).write(file);
    if (output.json()) {
      output.object(Map.of("file", file.toString()));
    } else {
      output.line("wrote " + file);
    }
  }

  /** The page about runs with command lines as this user writes them. */
  static RunPage page(List<Path> runs) {
    return new RunPage(
        runs,
        Version.build().getProperty("version"),
        words -> Launcher.line(words.toArray(String[]::new)));
  }

  private Path defaultFile() {
    return runs.size() == 1 ? runs.get(0).resolve(DEFAULT_NAME) : Path.of(DEFAULT_NAME);
  }
}
