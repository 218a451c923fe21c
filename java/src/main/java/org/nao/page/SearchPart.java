package org.nao.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.nao.report.Html;
import org.nao.run.PoolFiles;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Candidate;
import org.nao.search.session.CandidatesFile;
import org.nao.search.session.SearchSummary;
import org.nao.text.Counted;

/** A search as a part of a page. */
final class SearchPart implements Part {
  private final Run run;
  private final SearchConfig config;
  private final List<Candidate> candidates;
  private final Optional<SearchSummary> summary;

  SearchPart(Run run) {
    this.run = run;
    config = run.config(SearchConfig.class);
    candidates = CandidatesFile.read(run.path());
    summary = run.summary(SearchSummary.class);
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
    return "Search";
  }

  @Override
  public String command() {
    return "search";
  }

  /** What the search's scores are. */
  ScoreScale score() {
    return ScoreScale.of(config);
  }

  List<Candidate> candidates() {
    return candidates;
  }

  @Override
  public String sentence() {
    return "%s in the space %s with %s a cell, on %s."
        .formatted(
            config.algorithm(),
            config.space(),
            Counted.of(config.nodes(), "node"),
            Words.data(config.data()));
  }

  @Override
  public Map<String, String> results() {
    final Map<String, String> results = new LinkedHashMap<>();
    final Optional<SearchSummary.Found> winner =
        summary.flatMap(each -> each.top().stream().findFirst());
    if (winner.isPresent()) {
      final SearchSummary.Found best = winner.get();
      best(results, best.standaloneAccuracy(), true, best.parameters(), best.macs());
    } else {
      best()
          .ifPresent(
              best ->
                  best(
                      results,
                      accuracy(best),
                      best.standalone().isPresent(),
                      best.parameters(),
                      best.macs()));
    }
    final int count = summary.map(SearchSummary::evaluated).orElse(candidates.size());
    results.put("architectures", Words.count(count));
    results.put("time", Words.duration(seconds()));
    return results;
  }

  private void best(
      Map<String, String> results, double accuracy, boolean trained, long parameters, long macs) {
    results.put(
        trained ? "best accuracy" : "best " + score().title(),
        trained ? Words.percent(accuracy) : score().text(accuracy));
    results.put("parameters", Words.count(parameters));
    results.put("multiply-adds", Words.count(macs));
  }

  private double seconds() {
    return summary.map(SearchSummary::totalSeconds).orElseGet(run::seconds);
  }

  /** The best trained alone; before there is one, the one with the best score. */
  private Optional<Candidate> best() {
    final Optional<Candidate> trained = winners().stream().findFirst();
    return trained.isPresent()
        ? trained
        : candidates.stream()
            .filter(each -> each.score().isPresent())
            .max(
                Comparator.comparingDouble(
                    each -> each.objective().orElse(each.score().getAsDouble())));
  }

  private static double accuracy(Candidate candidate) {
    return candidate.standalone().orElse(candidate.score().orElse(Double.NaN));
  }

  /** Those trained alone at the end, best first. */
  List<Candidate> winners() {
    return candidates.stream()
        .filter(each -> each.standalone().isPresent())
        .sorted(Comparator.comparingDouble(this::objective).reversed())
        .toList();
  }

  /** What those trained alone are ranked by. */
  private double objective(Candidate trained) {
    final double accuracy = trained.standalone().getAsDouble();
    return trained.latencyMillis().isPresent()
        ? config.latencyObjective().of(accuracy, trained.latencyMillis().getAsDouble())
        : accuracy;
  }

  @Override
  public Map<String, String> facts() {
    final Map<String, String> facts = new LinkedHashMap<>();
    facts.put("algorithm", config.algorithm() + ", seed " + config.seed());
    facts.put(
        "space",
        "%s: %s a cell, %s"
            .formatted(
                config.space(),
                Counted.of(config.nodes(), "node"),
                Counted.of(config.searchSpace().operations().size(), "operation")));
    facts.put(
        "network",
        "N = %d, C = %d, batch %d".formatted(config.layers(), config.channels(), config.batch()));
    facts.put(
        "effort",
        "%s of %s, then %s trained alone for %s"
            .formatted(
                Counted.of(config.rounds(), "round"),
                Counted.of(config.epochs(), "epoch"),
                Counted.of(config.reranking().top(), "architecture"),
                Counted.of(config.reranking().epochs(), "epoch")));
    final List<String> limits = new ArrayList<>();
    if (config.maxParameters() > 0) {
      limits.add(Counted.of(config.maxParameters(), "parameter"));
    }
    if (config.maxMacs() > 0) {
      limits.add(Counted.of(config.maxMacs(), "multiply-add"));
    }
    if (config.maxLatency() > 0) {
      limits.add("%s ms for an image".formatted(config.maxLatency()));
    }
    if (!limits.isEmpty()) {
      facts.put("limits", String.join(", ", limits));
    }
    if (config.latencyObjective().counts()) {
      facts.put("searched for", config.latencyObjective().words());
    }
    facts.put("validation", Counted.of(config.validation(), "image") + " of the training images");
    return facts;
  }

  @Override
  public Map<String, Double> times() {
    if (summary.isPresent()) {
      return summary.get().seconds();
    }
    final Map<String, Double> times = new LinkedHashMap<>();
    run.events()
        .forEach(
            each ->
                times.merge(
                    each.path("phase").asText(), each.path("seconds").asDouble(), Double::sum));
    return times;
  }

  @Override
  public void body(Html page) {
    final SearchCharts charts = new SearchCharts(run, config, candidates);
    final List<Candidate> winners = winners();
    if (!winners.isEmpty()) {
      page.add("<h3>Best architectures</h3>");
      new Winners(run.path(), config.searchSpace(), winners, score()).table(page);
    }
    if (candidates.isEmpty()) {
      page.add(
          "<p class=\"note\">%s</p>",
          run.state() == RunState.RUNNING || run.events("evaluate", "pool").isEmpty()
              ? "No architecture has been scored yet."
              : "The run has no candidates.csv: a version without it made the run, so the"
                  + " architectures are left out here.");
    } else {
      page.add(
          "<h3>All architectures</h3><div class=\"plots\">%s%s%s</div>",
          charts.sizes(winners).html(), charts.latencies(winners).html(), charts.order().html());
    }
    final Html learning =
        new Html()
            .add("%s%s%s", charts.loss().html(), charts.accuracy().html(), charts.policy().html());
    if (!learning.toString().isBlank()) {
      page.add("<h3>Training of the shared weights</h3><div class=\"plots\">%s</div>", learning);
    }
    rounds(page, charts);
    if (!winners.isEmpty()) {
      page.add(
          "<h3>Trainings of the best</h3><div class=\"plots\">%s%s</div>",
          charts.alone("loss", "Loss", winners).html(),
          charts.alone("accuracy", "Accuracy on training images", winners).html());
      page.add("<h3>Cells of the best</h3>");
      new Winners(run.path(), config.searchSpace(), winners, score()).cells(page);
    }
  }

  /** What each round found, and how well the controller had predicted it. */
  private void rounds(Html page, SearchCharts charts) {
    final List<Round> rounds = new ArrayList<>();
    for (int round = 0; round < config.rounds() && !candidates.isEmpty(); round++) {
      if (!run.events("evaluate", "pool").stream()
          .map(each -> each.path("round").asInt(-1))
          .toList()
          .contains(round)) {
        break;
      }
      rounds.add(
          Round.of(
              round,
              candidates,
              PoolFiles.read(run.path(), round),
              PoolFiles.readPerformances(run.path(), round)));
    }
    if (rounds.size() < 2) {
      return;
    }
    page.add(
        "<h3>Rounds and predictor</h3><div class=\"scroll\" tabindex=\"0\" role=\"region\""
            + " aria-label=\"Rounds\"><table class=\"numbers\"><thead><tr><th>round</th>"
            + "<th>architectures</th><th>best</th><th>median</th><th>median of the new</th>"
            + "<th>predicted</th><th>pairs ordered alike</th><th>mean error</th>"
            + "</tr></thead><tbody>");
    for (final Round each : rounds) {
      page.add(
          "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
              + "<td>%s</td></tr>",
          each.number() + 1,
          Words.count(each.size()),
          score().text(each.best()),
          score().text(each.median()),
          score(each.medianOfNew()),
          each.predicted() == 0 ? "–" : Words.count(each.predicted()),
          percent(each.alike()),
          each.error().isPresent()
              ? Words.number(
                  score().isAccuracy() ? "%+.2f points" : "%+.4g",
                  score().of(each.error().getAsDouble()))
              : "–");
    }
    page.add(
        "</tbody></table></div><p class=\"note\">Accuracies are those of the round itself. The"
            + " controller predicts before an architecture is scored; of all pairs of the new"
            + " architectures of a round, “ordered alike” counts those whose predictions are in"
            + " the order of their accuracies (50 % is chance), and the mean error is predicted"
            + " less found.</p>");
    page.add("<div class=\"plots\">%s</div>", charts.predictions(rounds).html());
  }

  private String score(OptionalDouble score) {
    return score.isPresent() ? score().text(score.getAsDouble()) : "–";
  }

  private static String percent(OptionalDouble fraction) {
    return fraction.isPresent() ? Words.percent(fraction.getAsDouble()) : "–";
  }
}
