package org.nao;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.network.ProgramGoldenTest;
import org.nao.oracle.NetworkOracleTest;
import org.nao.search.config.Algorithm;
import org.nao.space.SearchSpace;

/**
 * Tests that have a line of numbers for every search space, or every algorithm, have one: a line
 * that is missing would be no failure of theirs.
 */
class EveryNameTest {
  @Test
  void everySpaceHasGoldenHashes() {
    final List<String> spaces = SearchSpace.names();
    final List<String> supernets =
        spaces.stream().filter(each -> !each.equals(SearchSpace.DARTS)).toList();
    assertThat(column(ProgramGoldenTest.class, "supernetsStayTheSame", 0))
        .containsExactlyInAnyOrderElementsOf(supernets);
    assertThat(column(ProgramGoldenTest.class, "networksAndTextsStayTheSame", 0))
        .containsExactlyInAnyOrderElementsOf(spaces);
  }

  @Test
  void everySpaceIsComparedWithLibtorch() {
    final Set<String> compared = new TreeSet<>();
    for (final Method method : NetworkOracleTest.class.getDeclaredMethods()) {
      if (method.isAnnotationPresent(CsvSource.class)) {
        compared.addAll(words(method));
      }
    }
    // Those without a supernet of nodes have tests of their own, DartsOracleTest.
    assertThat(compared)
        .containsAll(
            SearchSpace.names().stream().filter(each -> !each.equals(SearchSpace.DARTS)).toList());
  }

  @Test
  void everyAlgorithmHasChecksumsOfItsPresets() {
    assertThat(column(PresetsTest.class, "searchesAreAsPublished", 0))
        .containsExactlyElementsOf(
            Arrays.stream(Algorithm.values()).map(Algorithm::title).toList());
  }

  private static List<String> column(Class<?> test, String name, int column) {
    return lines(method(test, name)).stream()
        .map(line -> line.split(",")[column].strip())
        .collect(Collectors.toList());
  }

  private static List<String> words(Method method) {
    final List<String> words = new ArrayList<>();
    for (final String line : lines(method)) {
      for (final String word : line.split(",")) {
        words.add(word.strip());
      }
    }
    return words;
  }

  private static List<String> lines(Method method) {
    return List.of(method.getAnnotation(CsvSource.class).value());
  }

  private static Method method(Class<?> test, String name) {
    return Arrays.stream(test.getDeclaredMethods())
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
