package org.nao.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.nao.report.Html;
import org.nao.report.Plot;
import org.nao.run.AtomicFiles;
import org.nao.run.ConfigFiles;
import org.nao.run.Input;
import org.nao.run.Json;
import org.nao.run.UsedMachine;
import org.nao.text.Counted;

/**
 * A page about runs that needs nothing beside itself: styles, script, charts and pictures are in
 * it, and a policy in it forbids everything else, so that no text of a run can do anything.
 */
public final class RunPage {
  private static final String STYLE = resource("page.css");
  private static final String SCRIPT = resource("page.js");

  private final List<Part> parts;
  private final String version;
  private final Function<List<String>, String> commands;

  /**
   * Reads runs.
   *
   * @param runs their folders, at least one
   * @param version of nao, for the last line
   * @param commands makes command lines of words
   * @throws org.nao.run.RunException naming a file that cannot be read, or a folder with another
   *     kind of run
   */
  public RunPage(List<Path> runs, String version, Function<List<String>, String> commands) {
    parts = runs.stream().map(Run::read).map(RunPage::part).toList();
    this.version = version;
    this.commands = commands;
  }

  /** What a page says of a run. */
  static Part part(Run run) {
    if (run.config().has("algorithm") && run.config().has("rounds")) {
      return new SearchPart(run);
    }
    if (run.config().has("augmentation")) {
      return new TrainingPart(run);
    }
    throw run.unknown();
  }

  /** Writes the page as a whole. */
  public void write(Path file) {
    AtomicFiles.write(file, html(false));
  }

  /**
   * The page.
   *
   * @param live whether it asks again and again for what is new, as one from a server can
   */
  String html(boolean live) {
    final String title =
        parts.size() == 1
            ? parts.get(0).title() + " " + parts.get(0).run().name()
            : Counted.of(parts.size(), "run");
    final Html page =
        new Html()
            .add("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .add(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                    + " style-src 'unsafe-inline'; img-src data:; connect-src 'self';"
                    + " script-src 'sha256-%s'\">",
                hash(SCRIPT))
            .add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .add("<link rel=\"icon\" href=\"data:,\">")
            .add("<title>%s</title><style>%s</style></head>", title, Html.raw(STYLE))
            .add("<body>%s<main%s>", Plot.shapes(), Html.raw(live ? " data-live" : ""));
    if (parts.size() > 1) {
      page.add("<header><h1>%s</h1></header>", title);
      new Comparison(parts).write(page);
    }
    for (int i = 0; i < parts.size(); i++) {
      write(page, parts.get(i), i + 1);
    }
    return page.add("<footer>Made by nao %s.</footer></main>", version)
        .add("<script>%s</script></body></html>", Html.raw(SCRIPT))
        .toString();
  }

  private void write(Html page, Part part, int number) {
    final Run run = part.run();
    final String heading = parts.size() == 1 ? "h1" : "h2";
    page.add(
        "<section id=\"run%s\"><header><p class=\"kind\">%s <span class=\"state %s\">%s</span></p>"
            + "<%s>%s</%s><p class=\"lead\">%s</p></header>",
        number,
        part.title(),
        run.state().name().toLowerCase(Locale.ROOT),
        run.state().words(),
        heading,
        run.name(),
        heading,
        part.sentence());
    page.add("<dl class=\"results\">");
    part.results()
        .forEach((name, value) -> page.add("<div><dt>%s</dt><dd>%s</dd></div>", name, value));
    page.add("</dl><dl class=\"facts\">");
    part.facts().forEach((name, value) -> fact(page, name, value));
    data(page, run);
    page.add("</dl>");
    part.body(page);
    times(page, part.times());
    repeat(page, part);
    page.add("</section>");
  }

  private static void fact(Html page, String name, String value) {
    page.add("<div><dt>%s</dt><dd>%s</dd></div>", name, value);
  }

  private static void data(Html page, Run run) {
    for (final Input each : run.inputs()) {
      page.add(
          "<div><dt>%s</dt><dd>%s <span title=\"SHA-256 %s\">(SHA-256 %s…)</span></dd></div>",
          each.role(), each.place(), each.sha256(), Words.brief(each.sha256()));
    }
    for (final UsedMachine each : run.machines()) {
      fact(
          page,
          "machine",
          "%s, %s, %s may be used; computed on %s%s; Java %s%s"
              .formatted(
                  each.processor(),
                  Counted.of(each.cores(), "core"),
                  Counted.of(each.threads(), "thread"),
                  each.device(),
                  each.gpus().isEmpty() ? "" : ", GPUs: " + String.join(", ", each.gpus()),
                  each.java(),
                  each.exchange().isEmpty() ? "" : "; gradients exchanged by " + each.exchange()));
    }
    run.last()
        .ifPresent(
            last ->
                fact(
                    page,
                    "last event",
                    last.toString().replace('T', ' ').replaceFirst("(\\.\\d+)?Z", " UTC")));
  }

  private static void times(Html page, Map<String, Double> times) {
    final double all = times.values().stream().mapToDouble(Double::doubleValue).sum();
    if (all <= 0) {
      return;
    }
    page.add("<h3>Time</h3><table class=\"times numbers\"><tbody>");
    new TreeMap<>(times)
        .forEach(
            (phase, seconds) ->
                page.add(
                    "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td class=\"bar\">"
                        + "<span style=\"width:%s\"></span></td></tr>",
                    phase,
                    Words.duration(seconds),
                    Words.number("%.1f %%", 100 * seconds / all),
                    Words.number("%.1f%%", 100 * seconds / all)));
    page.add("</tbody></table>");
  }

  private void repeat(Html page, Part part) {
    final Run run = part.run();
    final String folder = run.path().toString();
    final Html lines = new Html();
    lines.add(
        "%s",
        commands.apply(
            List.of(part.command(), "--config", run.path().resolve("config.json").toString())));
    if (run.state() == RunState.STOPPED) {
      lines.add("%s", commands.apply(List.of(part.command(), "--resume", folder)));
    }
    if (run.state() == RunState.FINISHED) {
      lines.add(
          "%s",
          part instanceof SearchPart
              ? commands.apply(List.of("train", "--run", folder))
              : commands.apply(List.of("evaluate", folder)));
    }
    page.add(
        "<h3>Commands</h3><p class=\"note\">The first repeats the run; on the same kind of device"
            + " it gives the same numbers.</p><pre tabindex=\"0\">%s</pre>"
            + "<details><summary>config.json</summary><pre tabindex=\"0\">%s</pre></details>",
        lines, Json.pretty(ConfigFiles.used(part.config())));
  }

  private static String hash(String script) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = RunPage.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }
}
