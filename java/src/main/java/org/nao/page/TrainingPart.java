package org.nao.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.report.Html;
import org.nao.report.Plot;
import org.nao.report.Plot.Point;
import org.nao.text.Counted;
import org.nao.train.TrainConfig;
import org.nao.train.TrainRun;
import org.nao.train.TrainSummary;

/** The training of one architecture as a part of a page. */
final class TrainingPart implements Part {
  private final Run run;
  private final TrainConfig config;
  private final Optional<TrainSummary> summary;

  TrainingPart(Run run) {
    this.run = run;
    config = run.config(TrainConfig.class);
    summary = run.summary(TrainSummary.class);
  }

  @Override
  public Run run() {
    return run;
  }

  @Override
  public Record config() {
    return config;
  }

  @Override
  public String title() {
    return "Training";
  }

  @Override
  public String command() {
    return "train";
  }

  @Override
  public String sentence() {
    return "%s trained alone on %s."
        .formatted(
            config.network().isEmpty()
                ? "An architecture of the space " + config.space()
                : config.network(),
            Words.data(config.data()));
  }

  @Override
  public Map<String, String> results() {
    final Map<String, String> results = new LinkedHashMap<>();
    if (summary.isPresent()) {
      final TrainSummary found = summary.get();
      results.put("test accuracy", Words.percent(found.testAccuracy()));
      if (found.validationAccuracy() != null) {
        results.put("validation accuracy", Words.percent(found.validationAccuracy()));
      }
      results.put("parameters", Words.count(found.parameters()));
      results.put("multiply-adds", Words.count(found.macs()));
      results.put("time", Words.duration(found.seconds()));
    } else {
      final List<ObjectNode> epochs = run.events("train", "epoch");
      results.put("epochs", "%d of %d".formatted(epochs.size(), config.epochs()));
      epochs.stream()
          .filter(each -> each.has("validationAccuracy"))
          .mapToDouble(each -> each.path("validationAccuracy").asDouble())
          .max()
          .ifPresent(best -> results.put("best validation accuracy", Words.percent(best)));
      results.put("time", Words.duration(run.seconds()));
    }
    return results;
  }

  @Override
  public Map<String, String> facts() {
    final Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed", Long.toString(config.seed()));
    facts.put(
        "network",
        config.network().isEmpty()
            ? "%s, N = %d, C = %d".formatted(config.space(), config.layers(), config.channels())
            : config.network());
    facts.put(
        "effort",
        "%s, batch %s"
            .formatted(
                Counted.of(config.epochs(), "epoch"),
                Words.count((long) config.batch() * config.accumulate())));
    summary.ifPresent(
        found ->
            facts.put(
                "test",
                "epoch %d; top 5 %s, loss %s; %s images a second in training"
                    .formatted(
                        found.bestEpoch(),
                        Words.percent(found.testTop5()),
                        Words.number("%.4f", found.testLoss()),
                        Words.count(Math.round(found.imagesPerSecond())))));
    facts.put("validation", Counted.of(config.validation(), "image") + " of the training images");
    return facts;
  }

  @Override
  public Map<String, Double> times() {
    return Map.of();
  }

  @Override
  public void body(Html page) {
    final Plot loss =
        line(new Plot("Loss", "Mean of each epoch.", "epochs", "cross-entropy"), "loss", "loss", 0);
    final Plot accuracy = new Plot("Accuracy", "", "epochs", "accuracy, %");
    line(accuracy, "training images", "accuracy", 0);
    line(accuracy, "validation images", "validationAccuracy", 1);
    final Html charts = new Html().add("%s%s", loss.html(), accuracy.html());
    if (charts.toString().isBlank()) {
      page.add("<p class=\"note\">No epoch is done yet.</p>");
    } else {
      page.add("<h3>Course</h3><div class=\"plots\">%s</div>", charts);
    }
    final Path confusion = run.path().resolve(TrainRun.CONFUSION);
    if (Files.exists(confusion)) {
      page.add("<h3>Test images by class</h3>");
      Confusion.read(confusion).write(page);
    }
    if (config.network().isEmpty()) {
      page.add("<h3>Architecture</h3>");
      Winners.cells(page, config.searchSpace(), config.parsed(), config.architecture(), true);
    }
  }

  private Plot line(Plot plot, String name, String key, int look) {
    final boolean isLoss = key.equals("loss");
    final List<Point> points = new ArrayList<>();
    for (final ObjectNode event : run.events("train", key)) {
      final double value = (isLoss ? 1 : 100) * event.path(key).asDouble(Double.NaN);
      points.add(
          new Point(
              event.path("epoch").asInt() + 1,
              value,
              "%s %s\nepoch %d, learning rate %s"
                  .formatted(
                      name,
                      Words.number(isLoss ? "%.4f" : "%.2f %%", value),
                      event.path("epoch").asInt() + 1,
                      Words.number("%.3g", event.path("learningRate").asDouble()))));
    }
    return points.isEmpty() ? plot : plot.line(name, look, points);
  }
}
