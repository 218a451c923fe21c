package org.nao.training.scores;

import java.util.List;

/**
 * Inverse coefficient of variation of gradients over batches (Li et al. 2023): the sum over layers
 * of the logarithm of the sum over their weights of mean abs(g) / std g. Weights whose gradients
 * are equal in all batches are left out, and layers that have no others.
 */
final class Zico {
  private Zico() {}

  /** The score; {@code batches}: for each batch the gradients of each layer. */
  static double of(List<List<float[]>> batches) {
    double score = 0;
    for (int layer = 0; layer < batches.get(0).size(); layer++) {
      final double sum = layer(batches, layer);
      score += sum > 0 ? Math.log(sum) : 0;
    }
    return score;
  }

  private static double layer(List<List<float[]>> batches, int layer) {
    final int count = batches.size();
    double sum = 0;
    for (int weight = 0; weight < batches.get(0).get(layer).length; weight++) {
      double mean = 0;
      double magnitude = 0;
      for (final List<float[]> batch : batches) {
        mean += batch.get(layer)[weight] / (double) count;
        magnitude += Math.abs(batch.get(layer)[weight]) / (double) count;
      }
      double variance = 0;
      for (final List<float[]> batch : batches) {
        final double difference = batch.get(layer)[weight] - mean;
        variance += difference * difference / count;
      }
      if (variance > 0) {
        sum += magnitude / Math.sqrt(variance);
      }
    }
    return sum;
  }
}
