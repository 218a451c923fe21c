package org.nao.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nao.run.IoFailure;
import org.nao.run.RunFolder;
import org.nao.run.Sha256;
import org.nao.search.session.Candidate;
import org.nao.text.Counted;

/** A run that is looked at while it goes on. */
public final class RunWatch {
  /** What a line of the terminal's view begins with: names of this width. */
  private static final int NAME = 24;

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int MOST_BARS = 48;
  private static final int MOST_WINNERS = 5;

  /** Keys of events with accuracies, and what lines call them. */
  private static final Map<String, String> ACCURACIES =
      new TreeMap<>(
          Map.of(
              "accuracy", "accuracy", "best", "best", "validationAccuracy", "validation accuracy"));

  /** Keys of events whose values are drawn, and what the view calls them. */
  private static final Map<String, String> COURSES =
      new TreeMap<>(
          Map.of(
              "accuracy", "accuracy in training",
              "loss", "loss in training",
              "validationAccuracy", "validation accuracy"));

  private final Path path;
  private final String version;
  private final Function<List<String>, String> commands;
  private String stamp = "";
  private String html = "";
  private int told;

  /** As {@link RunPage} of one run. */
  public RunWatch(Path path, String version, Function<List<String>, String> commands) {
    this.path = path;
    this.version = version;
    this.commands = commands;
    RunFolder.configFile(path);
  }

  /** Whether a process works on the run. */
  public boolean isRunning() {
    return RunState.of(path) == RunState.RUNNING;
  }

  /** What has become of the run, in a sentence. */
  public String outcome() {
    return "%s is %s.".formatted(path, RunState.of(path).words());
  }

  /** The page as it is now; made anew only where files have changed. */
  public synchronized PageServer.Version page() {
    final String now = stamp();
    if (!now.equals(stamp)) {
      html = new RunPage(List.of(path), version, commands).html(true);
      stamp = now;
    }
    return new PageServer.Version(html, Sha256.of(html));
  }

  /** Names, sizes and times of the run's files, and whether it goes on. */
  private String stamp() {
    final StringBuilder stamp = new StringBuilder(RunState.of(path).words());
    try (Stream<Path> files = Files.list(path)) {
      for (final Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        stamp.append('\n').append(file.getFileName());
        stamp
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file));
      }
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be read", e);
    }
    return stamp.toString();
  }

  /** A line for each event since the last call. */
  public List<String> news() {
    final List<ObjectNode> events = RunFolder.events(path);
    // A run that was resumed drops what followed its checkpoint.
    told = Math.min(told, events.size());
    final List<String> lines =
        events.subList(told, events.size()).stream().map(RunWatch::line).toList();
    told = events.size();
    return lines;
  }

  private static String line(ObjectNode event) {
    final StringBuilder line = new StringBuilder(SearchCharts.time(event));
    line.append("  ").append(event.path("phase").asText());
    if (event.has("round")) {
      line.append(", round ").append(event.path("round").asInt() + 1);
    }
    if (event.has("rank")) {
      line.append(", rank ").append(event.path("rank").asInt());
    }
    if (event.has("epoch")) {
      line.append(", epoch ").append(event.path("epoch").asInt() + 1);
    }
    if (event.has("loss")) {
      line.append(Words.number(", loss %.4f", event.path("loss").asDouble()));
    }
    ACCURACIES.forEach(
        (key, name) -> {
          if (event.has(key)) {
            line.append(", ").append(name).append(' ');
            line.append(Words.percent(event.path(key).asDouble()));
          }
        });
    if (event.has("pool")) {
      line.append(" of ").append(Counted.of(event.path("pool").asLong(), "architecture"));
    }
    if (event.has("added")) {
      line.append(", ").append(Counted.of(event.path("added").asLong(), "new architecture"));
    }
    return line.toString();
  }

  /**
   * The run as a few lines for a terminal.
   *
   * @param columns longest line
   * @param bars whether the terminal has the characters of bars
   */
  public List<String> view(int columns, boolean bars) {
    final Part part = RunPage.part(Run.read(path));
    final List<String> lines = new ArrayList<>();
    lines.add("%s: %s, %s".formatted(path, part.title(), part.run().state().words()));
    lines.add(part.sentence());
    lines.add("");
    part.results().forEach((name, value) -> lines.add(named(name, value)));
    final List<ObjectNode> events = part.run().events();
    if (!events.isEmpty()) {
      lines.add(named("last", line(events.get(events.size() - 1))));
    }
    if (bars) {
      COURSES.forEach(
          (key, name) -> {
            final double[] values =
                part.run().events("train", key).stream()
                    .mapToDouble(each -> each.path(key).asDouble())
                    .toArray();
            if (values.length > 1) {
              lines.add(named(name, bars(values)));
            }
          });
    }
    if (part instanceof SearchPart search) {
      for (final Candidate each : search.winners().stream().limit(MOST_WINNERS).toList()) {
        lines.add(
            named(
                "trained alone",
                "%s, %s parameters: %s"
                    .formatted(
                        Words.percent(each.standalone().getAsDouble()),
                        Words.count(each.parameters()),
                        each.architecture())));
      }
    }
    return lines.stream().map(each -> each.substring(0, Math.min(each.length(), columns))).toList();
  }

  private static String named(String name, String value) {
    return ("%-" + NAME + "s%s").formatted(name, value);
  }

  /** The last values as bars between the smallest and the largest of them. */
  private static String bars(double[] values) {
    final int first = Math.max(0, values.length - MOST_BARS);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = first; i < values.length; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    final StringBuilder text = new StringBuilder();
    for (int i = first; i < values.length; i++) {
      final double part = high > low ? (values[i] - low) / (high - low) : 0;
      text.append(BARS.charAt((int) Math.round(part * (BARS.length() - 1))));
    }
    return text.toString();
  }
}
