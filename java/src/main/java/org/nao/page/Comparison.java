package org.nao.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nao.report.Html;
import org.nao.report.Plot;
import org.nao.report.Plot.Point;
import org.nao.run.ConfigFiles;
import org.nao.search.session.Candidate;

/**
 * Several runs side by side: their results, what they do otherwise, their searches in one chart.
 */
final class Comparison {
  private final List<Part> parts;

  Comparison(List<Part> parts) {
    this.parts = parts;
  }

  void write(Html page) {
    page.add("<section id=\"comparison\"><h2>Side by side</h2>");
    results(page);
    if (searches().size() > 1) {
      page.add("<div class=\"plots\">%s%s</div>", best().html(), sizes().html());
    }
    differences(page, "searches", SearchPart.class);
    differences(page, "trainings", TrainingPart.class);
    page.add("</section>");
  }

  private void results(Html page) {
    final Set<String> columns = new LinkedHashSet<>();
    parts.forEach(each -> columns.addAll(each.results().keySet()));
    page.add(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Results\">"
            + "<table class=\"numbers\"><thead><tr><th class=\"words\">run</th>");
    columns.forEach(each -> page.add("<th>%s</th>", each));
    page.add("<th class=\"words\">state</th><th class=\"words\">what</th></tr></thead><tbody>");
    for (int i = 0; i < parts.size(); i++) {
      final Part part = parts.get(i);
      final Map<String, String> results = part.results();
      page.add(
          "<tr><th scope=\"row\" class=\"words\"><a href=\"#run%s\">%s</a></th>",
          i + 1, part.run().name());
      columns.forEach(each -> page.add("<td>%s</td>", results.getOrDefault(each, "–")));
      page.add(
          "<td class=\"words\">%s</td><td class=\"words\">%s</td></tr>",
          part.run().state().words(), part.sentence());
    }
    page.add("</tbody></table></div>");
  }

  private List<SearchPart> searches() {
    return parts.stream()
        .filter(SearchPart.class::isInstance)
        .map(SearchPart.class::cast)
        .filter(each -> !each.candidates().isEmpty())
        .toList();
  }

  private Plot best() {
    final Plot plot =
        new Plot(
            "Best score so far",
            "Scores of different searches are alike only where the same trainings give them.",
            "architectures found",
            "score, %");
    final List<SearchPart> searches = searches();
    for (int i = 0; i < searches.size(); i++) {
      final SearchPart each = searches.get(i);
      if (each.score().isAccuracy()) {
        plot.steps(each.run().name(), i, SearchCharts.best(each.candidates(), each.score()));
      }
    }
    return plot;
  }

  private Plot sizes() {
    final List<SearchPart> searches = searches();
    final ParametersAxis axis =
        ParametersAxis.of(searches.stream().flatMap(each -> each.winners().stream()).toList());
    final Plot plot =
        new Plot(
            "Trained alone", "The best of each search.", axis.title(), "validation accuracy, %");
    for (int i = 0; i < searches.size(); i++) {
      final List<Point> points = new ArrayList<>();
      for (final Candidate each : searches.get(i).winners()) {
        points.add(
            new Point(
                axis.of(each.parameters()),
                100 * each.standalone().getAsDouble(),
                searches.get(i).run().name()
                    + ", "
                    + SearchCharts.words(each, searches.get(i).score())));
      }
      plot.dots(searches.get(i).run().name(), i, points);
    }
    return plot;
  }

  /** The keys of the configurations whose values are not all the same. */
  private void differences(Html page, String kind, Class<? extends Part> type) {
    final List<Part> parts = this.parts.stream().filter(type::isInstance).toList();
    if (parts.size() < 2) {
      return;
    }
    final List<Map<String, JsonNode>> all =
        parts.stream().map(each -> ConfigFiles.leaves(ConfigFiles.used(each.config()))).toList();
    final Map<String, List<String>> different = new LinkedHashMap<>();
    final Set<String> keys = new LinkedHashSet<>();
    all.forEach(each -> keys.addAll(each.keySet()));
    for (final String key : keys) {
      final List<String> values =
          all.stream().map(each -> each.containsKey(key) ? each.get(key).asText() : "–").toList();
      if (values.stream().distinct().count() > 1) {
        different.put(key, values);
      }
    }
    if (different.isEmpty()) {
      page.add("<p class=\"note\">The configurations of the %s are the same.</p>", kind);
      return;
    }
    page.add(
        "<details><summary>What differs between the %s: %s of %s settings</summary>"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Differences\">"
            + "<table><thead><tr><th>setting</th>",
        kind, different.size(), keys.size());
    parts.forEach(each -> page.add("<th>%s</th>", each.run().name()));
    page.add("</tr></thead><tbody>");
    different.forEach(
        (key, values) -> {
          page.add("<tr><th scope=\"row\"><code>%s</code></th>", key);
          values.forEach(value -> page.add("<td>%s</td>", value));
          page.add("</tr>");
        });
    page.add("</tbody></table></div></details>");
  }
}
