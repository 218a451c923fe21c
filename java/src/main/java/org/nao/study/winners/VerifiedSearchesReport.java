package org.nao.study.winners;

import java.util.Locale;
import org.nao.report.MeanInterval;
import org.nao.report.Table;
import org.nao.search.table.CellSpace;
import org.nao.search.table.TableTruth.Column;
import org.nao.study.winners.VerifiedSearches.Difference;
import org.nao.study.winners.VerifiedSearches.Search;

/**
 * What a table has of the cells that searches found, for people.
 *
 * @param dataset whose accuracies
 */
public record VerifiedSearchesReport(VerifiedSearches verified, String dataset) {
  private static final double PERCENT = 100;

  /** The searches, and their differences if there are several. */
  public String markdown() {
    final StringBuilder text = new StringBuilder(searches().markdown());
    if (!verified.differences().isEmpty()) {
      text.append('\n').append(differences().markdown());
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "\nAccuracies in percent; %s; ranks among %,d cells.\n",
                MeanInterval.words(verified.level()),
                CellSpace.SIZE))
        .toString();
  }

  private Table searches() {
    final Table found =
        new Table(
            "search",
            "runs",
            Column.TEST.of(dataset),
            "deviation",
            "interval",
            "median rank",
            "seconds a run");
    for (final Search each : verified.searches()) {
      found.add(
          each.search(),
          String.valueOf(each.runs().size()),
          percent(each.mean()),
          each.deviation() == null ? "" : percent(each.deviation()),
          each.low() == null ? "" : percent(each.low()) + " to " + percent(each.high()),
          String.format(Locale.ROOT, "%,.0f", each.medianRank()),
          String.format(Locale.ROOT, "%,.0f", each.seconds()));
    }
    return found;
  }

  private Table differences() {
    final Table found = new Table("difference", "pairs", "mean", "interval");
    for (final Difference each : verified.differences()) {
      found.add(
          each.search() + " less " + each.from(),
          String.valueOf(each.pairs()),
          percent(each.mean()),
          percent(each.low()) + " to " + percent(each.high()));
    }
    return found;
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", PERCENT * fraction);
  }
}
