package org.nao.study;

import java.util.List;

/**
 * One-shot accuracies, fractions.
 *
 * @param accuracies for each evaluation of the key, one per architecture of the pool
 */
record OneShotResult(List<List<Double>> accuracies) {
  OneShotResult {
    accuracies = accuracies.stream().map(List::copyOf).toList();
  }
}
