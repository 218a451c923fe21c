package org.nao.study.ranking;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;
import org.nao.training.Seeds;

/** The random architectures of a study. */
final class ArchitectureSets {
  private static final int DIVERSE = 0;
  private static final int SIMILAR = 1;

  /** Draws per wanted architecture before a space counts as exhausted. */
  private static final int MOST_DRAWS = 1000;

  private ArchitectureSets() {}

  /** Random ones, no two of them the same graph. */
  static List<Architecture> diverse(SearchSpace space, int count, long seed) {
    return random(space, count, Seeds.derive(seed, DIVERSE));
  }

  /**
   * Those of {@code candidates} random ones whose sizes are nearest to the median size, smallest
   * first.
   *
   * @param shape of the network that sizes are counted of
   */
  static List<Architecture> similar(
      SearchSpace space, NetworkShape shape, int count, int candidates, long seed) {
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final List<Sized> sized =
        random(space, candidates, Seeds.derive(seed, SIMILAR)).stream()
            .map(each -> new Sized(each, networks.size(each).parameters()))
            .sorted(Comparator.comparingLong(Sized::parameters))
            .toList();
    final long median = sized.get(sized.size() / 2).parameters();
    return sized.stream()
        .sorted(Comparator.comparingLong(each -> Math.abs(each.parameters() - median)))
        .limit(count)
        .sorted(Comparator.comparingLong(Sized::parameters))
        .map(Sized::architecture)
        .toList();
  }

  private record Sized(Architecture architecture, long parameters) {}

  private static List<Architecture> random(SearchSpace space, int count, long seed) {
    final SplittableRandom random = new SplittableRandom(seed);
    final Map<Architecture, Architecture> drawn = new LinkedHashMap<>();
    for (long draws = (long) MOST_DRAWS * count; drawn.size() < count; draws--) {
      if (draws == 0) {
        throw new UserException(
            "%s wanted, %s with %s gave only %d"
                .formatted(
                    Counted.of(count, "different architecture") + (count == 1 ? " is" : " are"),
                    space.name(),
                    Counted.of(space.nodes(), "node"),
                    drawn.size()));
      }
      final Architecture architecture = space.random(random);
      drawn.putIfAbsent(space.canonical(architecture), architecture);
    }
    return List.copyOf(drawn.values());
  }
}
