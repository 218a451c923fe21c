package org.nao.cli;

import java.util.Arrays;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nao.network.NamedNetwork;
import org.nao.search.config.Algorithm;
import org.nao.search.table.TableAlgorithm;
import org.nao.space.SearchSpace;

/**
 * Lists of names in descriptions of options, made of what there is: {@code ${bundle:spaces}} and so
 * on.
 */
final class NamesInHelp extends ListResourceBundle {
  @Override
  protected Object[][] getContents() {
    return new Object[][] {
      {"algorithms", algorithms()},
      {
        "tableAlgorithms",
        names(
            Arrays.stream(TableAlgorithm.values()).map(TableAlgorithm::title),
            Algorithm.NAO_V2.title())
      },
      {"namedNetworks", NamedNetwork.titles()},
      {"spaces", names(SearchSpace.names().stream(), SearchSpace.naoSmall().name())}
    };
  }

  private static String algorithms() {
    return Arrays.stream(Algorithm.values())
        .map(
            each ->
                withDefault(each.title(), Algorithm.NAO_V2.title())
                    + each.explanation().map(words -> ", " + words).orElse(""))
        .collect(Collectors.joining("; "));
  }

  /** For example "a (default), b or c". */
  private static String names(Stream<String> titles, String byDefault) {
    final List<String> names = titles.map(each -> withDefault(each, byDefault)).toList();
    return Mistake.choices(names.toArray());
  }

  private static String withDefault(String title, String byDefault) {
    return title.equals(byDefault) ? title + " (default)" : title;
  }
}
