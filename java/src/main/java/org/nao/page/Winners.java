package org.nao.page;

import java.nio.file.Path;
import java.util.List;
import org.nao.report.CellPicture;
import org.nao.report.Html;
import org.nao.run.RunException;
import org.nao.search.session.Candidate;
import org.nao.search.session.CandidatesFile;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.ArchitectureFormatException;
import org.nao.space.SearchSpace;

/** The architectures that a search trained alone at its end. */
final class Winners {
  /** More are not drawn. */
  private static final int MOST_DRAWN = 5;

  private final Path run;
  private final SearchSpace space;
  private final List<Candidate> winners;
  private final ScoreScale score;

  /** {@code winners}: best first. */
  Winners(Path run, SearchSpace space, List<Candidate> winners, ScoreScale score) {
    this.run = run;
    this.space = space;
    this.winners = winners;
    this.score = score;
  }

  /** A line for each with all numbers. */
  void table(Html page) {
    final boolean latency = winners.stream().anyMatch(each -> each.latencyMillis().isPresent());
    page.add(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Trained alone\">"
            + "<table class=\"numbers\"><thead><tr><th>rank</th><th>validation accuracy</th>"
            + "<th>%s</th><th>parameters</th><th>multiply-adds</th>%s<th>found in round</th>"
            + "<th class=\"words\">architecture</th></tr></thead><tbody>",
        score.title(), latency ? Html.raw("<th>predicted ms</th>") : new Html());
    for (int i = 0; i < winners.size(); i++) {
      final Candidate each = winners.get(i);
      page.add(
          "<tr><td>%s</td><td><b>%s</b></td><td>%s</td><td>%s</td><td>%s</td>%s<td>%s</td>"
              + "<td class=\"words\"><code>%s</code></td></tr>",
          i + 1,
          Words.percent(each.standalone().getAsDouble()),
          each.score().isPresent() ? score.text(each.score().getAsDouble()) : "–",
          Words.count(each.parameters()),
          Words.count(each.macs()),
          each.latencyMillis().isPresent()
              ? new Html()
                  .add("<td>%s</td>", Words.number("%.3f", each.latencyMillis().getAsDouble()))
              : Html.raw(latency ? "<td>–</td>" : ""),
          each.round() + 1,
          each.architecture());
    }
    page.add("</tbody></table></div>");
  }

  /** The cells of the best, drawn; all but the best are folded. */
  void cells(Html page) {
    for (int i = 0; i < Math.min(MOST_DRAWN, winners.size()); i++) {
      cells(
          page,
          space,
          parsed(winners.get(i)),
          "rank %d, %s".formatted(i + 1, Words.percent(winners.get(i).standalone().getAsDouble())),
          i == 0);
    }
  }

  private Architecture parsed(Candidate candidate) {
    try {
      return ArchitectureFormat.parseAny(space, candidate.architecture());
    } catch (ArchitectureFormatException e) {
      throw new RunException(
          "%s: architecture %d: %s"
              .formatted(run.resolve(CandidatesFile.NAME), candidate.index(), e.getMessage()),
          e);
    }
  }

  /** The cells of an architecture, as pictures and as text. */
  static void cells(
      Html page, SearchSpace space, Architecture architecture, String title, boolean open) {
    page.add(
        "<details%s><summary>%s</summary><div class=\"cells\">",
        open ? Html.raw(" open") : new Html(), title);
    CellPicture.each(space, architecture)
        .forEach(
            (cell, picture) ->
                page.add(
                    "<img alt=\"%s, whose wiring the text below gives\" src=\"%s\">",
                    cell, Picture.data(picture)));
    page.add(
        "</div><pre tabindex=\"0\">%s</pre></details>",
        ArchitectureFormat.readable(space).write(architecture));
  }
}
