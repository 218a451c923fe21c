package org.nao.search.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.nao.error.UserException;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;

/** What the stand-alone network of an architecture may cost at the search's N and C. */
public final class Constraints {
  /** Draws of one architecture before the limits count as impossible. */
  private static final int MOST_DRAWS = 10_000;

  private final SearchSpace space;
  private final StandaloneNetworks networks;
  private final long maxParameters;
  private final long maxMacs;
  private final Optional<LatencyLimit> latency;

  /**
   * Limits on the architectures of a space.
   *
   * @param maxParameters 0: no limit
   * @param maxMacs multiply-adds per image, 0: no limit
   */
  public Constraints(SearchSpace space, NetworkShape shape, long maxParameters, long maxMacs) {
    this(space, shape, maxParameters, maxMacs, Optional.empty());
  }

  /**
   * Limits on the architectures of a space.
   *
   * @param maxParameters 0: no limit
   * @param maxMacs multiply-adds per image, 0: no limit
   * @param latency as a table says it
   */
  public Constraints(
      SearchSpace space,
      NetworkShape shape,
      long maxParameters,
      long maxMacs,
      Optional<LatencyLimit> latency) {
    this.space = space;
    this.networks = NetworkFamilies.standalone(space, shape);
    this.maxParameters = maxParameters;
    this.maxMacs = maxMacs;
    this.latency = latency;
  }

  /** The space whose architectures are limited. */
  public SearchSpace space() {
    return space;
  }

  public boolean fits(Architecture architecture) {
    return fitsSize(architecture) && (latency.isEmpty() || latency.get().holds(architecture));
  }

  private boolean fitsSize(Architecture architecture) {
    if (maxParameters == 0 && maxMacs == 0) {
      return true;
    }
    final ModelSize size = networks.size(architecture);
    return within(size.parameters(), maxParameters) && within(size.macs(), maxMacs);
  }

  private static boolean within(long value, long limit) {
    return limit == 0 || value <= limit;
  }

  /**
   * A random architecture that fits, all of these alike.
   *
   * @throws UserException if many draws gave none; it names the smallest seen
   */
  public Architecture random(RandomGenerator random) {
    long fewestParameters = Long.MAX_VALUE;
    long fewestMacs = Long.MAX_VALUE;
    double leastMillis = Double.MAX_VALUE;
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      final Architecture architecture = space.random(random);
      if (fits(architecture)) {
        return architecture;
      }
      final ModelSize size = networks.size(architecture);
      fewestParameters = Math.min(fewestParameters, size.parameters());
      fewestMacs = Math.min(fewestMacs, size.macs());
      if (latency.isPresent()) {
        leastMillis = Math.min(leastMillis, latency.get().millis(architecture));
      }
    }
    final double least = leastMillis;
    final List<String> smallest = new ArrayList<>();
    smallest.add(Counted.of(fewestParameters, "parameter"));
    smallest.add(Counted.of(fewestMacs, "multiply-add"));
    latency.ifPresent(limit -> smallest.add(LatencyLimit.words(least)));
    throw new UserException(
        ("none of %,d random architectures of %s has at most %s; the smallest values among them are"
                + " %s")
            .formatted(
                MOST_DRAWS,
                space.title(),
                String.join(" and ", limits()),
                String.join(" and ", smallest)));
  }

  private List<String> limits() {
    final List<String> limits = new ArrayList<>();
    if (maxParameters > 0) {
      limits.add(Counted.of(maxParameters, "parameter"));
    }
    if (maxMacs > 0) {
      limits.add(Counted.of(maxMacs, "multiply-add"));
    }
    latency.ifPresent(limit -> limits.add(LatencyLimit.words(limit.maxMillis())));
    return limits;
  }
}
