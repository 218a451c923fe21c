package org.nao.search;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The searches that there are. */
enum Algorithm {
  NAO_V2("nao-v2", NaoStrategy::new);

  private final String title;
  private final Function<SearchSession, SearchStrategy> maker;

  Algorithm(String title, Function<SearchSession, SearchStrategy> maker) {
    this.title = title;
    this.maker = maker;
  }

  /**
   * The algorithm that users call so.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  static Algorithm named(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown algorithm '%s', expected %s"
                        .formatted(
                            title,
                            Arrays.stream(values())
                                .map(each -> each.title)
                                .collect(Collectors.joining(", ")))));
  }

  SearchStrategy strategy(SearchSession session) {
    return maker.apply(session);
  }
}
