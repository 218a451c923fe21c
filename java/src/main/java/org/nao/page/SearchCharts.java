package org.nao.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.nao.report.Plot;
import org.nao.report.Plot.Point;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Candidate;

/** The charts of a search. Accuracies are drawn in percent. */
final class SearchCharts {
  private static final int GREY = 6;

  private final Run run;
  private final SearchConfig config;
  private final List<Candidate> candidates;
  private final ScoreScale score;

  /** Of every candidate, since several charts have them. */
  private final Map<Candidate, String> known = new IdentityHashMap<>();

  SearchCharts(Run run, SearchConfig config, List<Candidate> candidates) {
    this.run = run;
    this.config = config;
    this.candidates = candidates;
    score = ScoreScale.of(config);
  }

  /** Score against size, the architectures that were trained alone with their ranks. */
  Plot sizes(List<Candidate> winners) {
    final ParametersAxis axis = ParametersAxis.of(candidates);
    final Plot plot =
        new Plot(
            score.isAccuracy() ? "Accuracy and size" : "Score and size",
            winners.isEmpty() ? "" : "Numbers: rank among those trained alone at the end.",
            axis.title(),
            score.axis(score.title()));
    scores(plot, each -> axis.of(each.parameters()));
    numbers(plot, winners, each -> axis.of(each.parameters()));
    return plot;
  }

  /**
   * Score against predicted latency, and what is not dominated; empty where no latency is known.
   */
  Plot latencies(List<Candidate> winners) {
    final Plot plot =
        new Plot(
            score.isAccuracy() ? "Accuracy and latency" : "Score and latency",
            "On the line: nothing else is as good and as fast, and better in one of them.",
            "predicted milliseconds for an image",
            score.axis(score.title()));
    final ToDoubleFunction<Candidate> millis = each -> each.latencyMillis().orElse(Double.NaN);
    if (candidates.stream().anyMatch(each -> each.latencyMillis().isPresent())) {
      scores(plot, millis);
      plot.steps(
          "not dominated",
          GREY,
          candidates.stream()
              .filter(each -> each.pareto() && each.score().isPresent())
              .sorted(Comparator.comparingDouble(millis))
              .map(each -> point(each, millis))
              .toList());
      numbers(plot, winners, millis);
    }
    return plot;
  }

  private Point point(Candidate candidate, ToDoubleFunction<Candidate> x) {
    return new Point(
        x.applyAsDouble(candidate), score.of(candidate.score().getAsDouble()), known(candidate));
  }

  /** The architectures that were trained alone, with their ranks. */
  private void numbers(Plot plot, List<Candidate> winners, ToDoubleFunction<Candidate> x) {
    if (!winners.isEmpty()) {
      plot.numbers(
          "trained alone",
          0,
          winners.stream()
              .filter(each -> each.score().isPresent())
              .map(each -> point(each, x))
              .toList());
    }
  }

  /** A dot for each architecture with a score, in the colours of the rounds. */
  private void scores(Plot plot, ToDoubleFunction<Candidate> x) {
    byRound()
        .forEach(
            (round, all) ->
                plot.dots(
                    name(round), look(round), all.stream().map(each -> point(each, x)).toList()));
  }

  /** Every score in the order in which architectures were found, and the best so far. */
  Plot order() {
    final Plot plot =
        new Plot(
            "In the order found",
            "All scores are those of the last round that gave one.",
            "architectures found",
            score.axis(score.title()));
    scores(plot, each -> each.index() + 1);
    return plot.steps("best so far", GREY, best(candidates, score));
  }

  /** The best scores so far, where there is a new one, and at the end. */
  static List<Point> best(List<Candidate> candidates, ScoreScale score) {
    final List<Point> best = new ArrayList<>();
    double most = Double.NEGATIVE_INFINITY;
    for (final Candidate each : candidates) {
      if (each.score().orElse(most) > most) {
        most = each.score().getAsDouble();
        best.add(new Point(each.index() + 1, score.of(most), words(each, score)));
      }
    }
    if (!best.isEmpty() && best.get(best.size() - 1).x() < candidates.size()) {
      best.add(new Point(candidates.size(), score.of(most), "best of all\n" + score.text(most)));
    }
    return best;
  }

  /** The loss of the shared weights. */
  Plot loss() {
    return epochs("loss", "Loss", "cross-entropy", 1);
  }

  /** The accuracy of the shared weights on training images. */
  Plot accuracy() {
    return epochs("accuracy", "Accuracy on training images", "accuracy, %", 100);
  }

  private Plot epochs(String key, String title, String axis, double unit) {
    final boolean several = config.rounds() > 1;
    final Plot plot =
        new Plot(title, "Mean of each epoch.", several ? "epochs of all rounds" : "epochs", axis);
    final List<Point> points = new ArrayList<>();
    int round = 0;
    int epochs = 0;
    for (final ObjectNode event : run.events("train", key)) {
      if (event.path("round").asInt() != round) {
        round = event.path("round").asInt();
        plot.rule(epochs + 0.5, "round " + (round + 1));
        points.add(new Point(Double.NaN, Double.NaN, ""));
      }
      epochs++;
      final double value = unit * event.path(key).asDouble(Double.NaN);
      points.add(
          new Point(
              epochs,
              value,
              "%s %s\n%sepoch %d, step %,d\n%s"
                  .formatted(
                      title.toLowerCase(Locale.ROOT),
                      unit == 1 ? Words.number("%.4f", value) : Words.number("%.2f %%", value),
                      several ? "round %d, ".formatted(round + 1) : "",
                      event.path("epoch").asInt() + 1,
                      event.path("step").asLong(),
                      time(event))));
    }
    return plot.line(title, 0, points);
  }

  /** The accuracies of what ENAS' controller draws. */
  Plot policy() {
    final List<Point> points = new ArrayList<>();
    for (final ObjectNode event : run.events("controller", "entropy")) {
      final double accuracy = 100 * event.path("accuracy").asDouble(Double.NaN);
      points.add(
          new Point(
              event.path("updates").asDouble(),
              accuracy,
              "accuracy %s\nentropy %s, baseline %s"
                  .formatted(
                      Words.number("%.2f %%", accuracy),
                      Words.number("%.3f", event.path("entropy").asDouble()),
                      Words.number("%.3f", event.path("baseline").asDouble()))));
    }
    return new Plot(
            "What the controller draws",
            "Mean accuracy on batches of validation images.",
            "updates of the controller",
            "accuracy, %")
        .line("accuracy", 0, points);
  }

  /**
   * A key of the epochs of the trainings at the end, a line for each architecture.
   *
   * @param winners best first, as far as they are trained
   */
  Plot alone(String key, String title, List<Candidate> winners) {
    final boolean isLoss = key.equals("loss");
    final Plot plot = new Plot(title, "", "epochs", isLoss ? "cross-entropy" : "accuracy, %");
    final Map<Integer, Integer> ranks = ranks(winners);
    final Map<Integer, List<Point>> lines = new TreeMap<>();
    for (final ObjectNode event : run.events("rerank", "epoch")) {
      final int rank = ranks.getOrDefault(event.path("index").asInt(), winners.size());
      final double value = (isLoss ? 1 : 100) * event.path(key).asDouble(Double.NaN);
      lines
          .computeIfAbsent(rank, each -> new ArrayList<>())
          .add(
              new Point(
                  event.path("epoch").asInt() + 1,
                  value,
                  "%s %s\n%s, epoch %d\n%s"
                      .formatted(
                          key,
                          Words.number(isLoss ? "%.4f" : "%.2f %%", value),
                          rank(rank, winners),
                          event.path("epoch").asInt() + 1,
                          time(event))));
    }
    lines.forEach((rank, points) -> plot.line(rank(rank, winners), rank, points));
    return plot;
  }

  private static String rank(int rank, List<Candidate> winners) {
    return rank < winners.size() ? "rank " + (rank + 1) : "in training";
  }

  /** The place among the winners of every training that is done, by its index in events. */
  private Map<Integer, Integer> ranks(List<Candidate> winners) {
    final List<String> texts = winners.stream().map(Candidate::architecture).toList();
    final Map<Integer, Integer> ranks = new TreeMap<>();
    for (final ObjectNode event : run.events("rerank", "architecture")) {
      final int rank = texts.indexOf(event.path("architecture").asText());
      if (rank >= 0) {
        ranks.put(event.path("index").asInt(), rank);
      }
    }
    return ranks;
  }

  /** What was predicted against what was found. */
  Plot predictions(List<Round> rounds) {
    final Plot plot =
        new Plot(
                "Predicted and found",
                "On the line, the controller was right.",
                score.axis(score.isAccuracy() ? "predicted accuracy" : "predicted score"),
                score.axis("found in its round"))
            .diagonal();
    for (final Round round : rounds) {
      if (!round.pairs().isEmpty()) {
        plot.dots(
            name(round.number()),
            look(round.number()),
            round.pairs().stream()
                .map(
                    each ->
                        new Point(
                            score.of(each.predicted()),
                            score.of(each.found()),
                            known(each.candidate())))
                .toList());
      }
    }
    return plot;
  }

  private Map<Integer, List<Candidate>> byRound() {
    final Map<Integer, List<Candidate>> rounds = new TreeMap<>();
    for (final Candidate each : candidates) {
      if (each.score().isPresent()) {
        rounds.computeIfAbsent(each.round(), round -> new ArrayList<>()).add(each);
      }
    }
    return rounds;
  }

  private String name(int round) {
    return config.rounds() > 1 ? "found in round " + (round + 1) : "architectures";
  }

  private static int look(int round) {
    return round;
  }

  private String known(Candidate candidate) {
    return known.computeIfAbsent(candidate, each -> words(each, score));
  }

  /** What a reader wants to know of an architecture. */
  static String words(Candidate each, ScoreScale score) {
    final StringBuilder words = new StringBuilder();
    words.append("architecture %,d".formatted(each.index() + 1));
    each.standalone()
        .ifPresent(value -> words.append("\ntrained alone ").append(Words.percent(value)));
    each.score().ifPresent(value -> words.append("\nscore ").append(score.text(value)));
    each.predicted().ifPresent(value -> words.append(", predicted ").append(score.text(value)));
    each.latencyMillis()
        .ifPresent(value -> words.append(Words.number("\n%.3f ms for an image", value)));
    return words
        .append(
            "\n%s parameters, %s multiply-adds\n"
                .formatted(Words.count(each.parameters()), Words.count(each.macs())))
        .append(each.architecture())
        .toString();
  }

  /** When an event was, to the second. */
  static String time(ObjectNode event) {
    return event.path("time").asText().replaceFirst("T", " ").replaceFirst("\\..*", " UTC");
  }
}
