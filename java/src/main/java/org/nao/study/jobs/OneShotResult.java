package org.nao.study.jobs;

import java.util.List;

/**
 * One-shot accuracies, fractions.
 *
 * @param accuracies for each evaluation of the key, one per architecture of the pool
 */
public record OneShotResult(List<List<Double>> accuracies) {
  public OneShotResult {
    accuracies = accuracies.stream().map(List::copyOf).toList();
  }
}
