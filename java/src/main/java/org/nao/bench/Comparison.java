package org.nao.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nao.error.UserException;

/**
 * New milliseconds over old ones, name by name.
 *
 * @param threshold what is judged may take up to so many times as long as before
 * @param ratios in the order of the names
 * @param onlyOld measured before, but not now
 * @param onlyNew measured now, but not before
 */
public record Comparison(
    double threshold, List<Ratio> ratios, List<String> onlyOld, List<String> onlyNew) {

  /**
   * One time, before and now.
   *
   * @param judged whether it counts, or is too small a part of the whole to be more than noise
   */
  public record Ratio(
      String name, double oldMillis, double newMillis, double ratio, boolean judged) {}

  /**
   * Compares.
   *
   * @param before milliseconds by name
   * @param now milliseconds by name
   * @param weight milliseconds of the whole that each name of {@code before} stands for
   * @param leastShare of the whole that a name must stand for to be judged
   * @param threshold at least 1
   */
  public static Comparison of(
      Map<String, Double> before,
      Map<String, Double> now,
      Map<String, Double> weight,
      double leastShare,
      double threshold) {
    if (!(threshold >= 1) || Double.isInfinite(threshold)) {
      throw new UserException("--threshold is %s, allowed are 1 and above.".formatted(threshold));
    }
    final double whole = weight.values().stream().mapToDouble(Double::doubleValue).sum();
    final List<Ratio> ratios = new ArrayList<>();
    final List<String> onlyOld = new ArrayList<>();
    new TreeMap<>(before)
        .forEach(
            (name, old) -> {
              if (now.containsKey(name)) {
                final double latest = now.get(name);
                ratios.add(
                    new Ratio(
                        name,
                        old,
                        latest,
                        latest / old,
                        weight.getOrDefault(name, 0.0) >= leastShare * whole));
              } else {
                onlyOld.add(name);
              }
            });
    final List<String> onlyNew =
        now.keySet().stream().filter(name -> !before.containsKey(name)).sorted().toList();
    return new Comparison(threshold, List.copyOf(ratios), List.copyOf(onlyOld), onlyNew);
  }

  /** The judged measurements that take longer than the threshold allows. */
  public List<Ratio> slower() {
    return ratios.stream().filter(each -> each.judged() && !(each.ratio() <= threshold)).toList();
  }
}
