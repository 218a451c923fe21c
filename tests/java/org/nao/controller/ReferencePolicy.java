package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ENAS' policy in plain double loops over one sequence, to compare the engine's results with. LSTM
 * gates lie in the order input, forget, cell, output.
 */
final class ReferencePolicy {

  private final int cells;
  private final int nodes;
  private final EnasConfig config;
  private final boolean[] favoured;
  private final Map<String, float[]> weights;
  private double[] h;
  private double[] c;
  private double logProbability;
  private double entropy;

  ReferencePolicy(
      int cells, int nodes, EnasConfig config, boolean[] favoured, Map<String, float[]> weights) {
    this.cells = cells;
    this.nodes = nodes;
    this.config = config;
    this.favoured = favoured;
    this.weights = weights;
  }

  /** log p of a sequence. {@code choices}: {@code in1 op1 in2 op2} per node, from 0. */
  double logProbability(int[] choices) {
    h = new double[config.hiddenSize()];
    c = new double[config.hiddenSize()];
    logProbability = 0;
    entropy = 0;
    for (int cell = 0; cell < cells; cell++) {
      cell(choices, cell * nodes * 4, cell == 0);
    }
    return logProbability;
  }

  /** Of the distributions that the latest sequence's choices were drawn from. */
  double entropy() {
    return entropy;
  }

  private void cell(int[] choices, int first, boolean normal) {
    final List<double[]> anchors = new ArrayList<>();
    final List<double[]> keys = new ArrayList<>();
    final double[] start = row("start.weight", 0);
    for (int state = 0; state < 2; state++) {
      step(start);
      anchors.add(new double[h.length]);
      keys.add(times("attention.anchor.weight", h));
    }
    for (int node = 0; node < nodes; node++) {
      final int at = first + 4 * node;
      step(start);
      for (int side = 0; side < 2; side++) {
        final double[] query = times("attention.query.weight", h);
        final double[] logits = new double[keys.size()];
        for (int s = 0; s < logits.length; s++) {
          double score = 0;
          for (int j = 0; j < h.length; j++) {
            score +=
                weights.get("attention.score.weight")[j] * Math.tanh(keys.get(s)[j] + query[j]);
          }
          logits[s] = config.tanhConstant() * Math.tanh(score);
        }
        final int state = choices[at + 2 * side];
        choose(logits, state);
        step(anchors.get(state));
      }
      for (int side = 0; side < 2; side++) {
        final double[] logits = times("operation.weight", h);
        for (int o = 0; o < logits.length; o++) {
          logits[o] += weights.get("operation.bias")[o];
          logits[o] = config.tanhConstant() / config.operationTanhReduce() * Math.tanh(logits[o]);
          if (normal) {
            logits[o] += favoured[o] ? 0.25 : -0.25;
          }
        }
        final int operation = choices[at + 2 * side + 1];
        choose(logits, operation);
        step(row("embedding.weight", operation));
      }
      anchors.add(h);
      keys.add(times("attention.anchor.weight", h));
    }
  }

  private void choose(double[] logits, int choice) {
    double total = 0;
    for (final double logit : logits) {
      total += Math.exp(logit);
    }
    for (final double logit : logits) {
      final double probability = Math.exp(logit) / total;
      entropy -= probability * Math.log(probability);
    }
    logProbability += logits[choice] - Math.log(total);
  }

  private void step(double[] input) {
    final int size = h.length;
    final double[] gates = times("lstm.weight_ih_l0", input);
    final double[] recurrent = times("lstm.weight_hh_l0", h);
    final double[] nextH = new double[size];
    final double[] nextC = new double[size];
    for (int j = 0; j < size; j++) {
      final double in = sigmoid(gates[j] + recurrent[j]);
      final double forget = sigmoid(gates[size + j] + recurrent[size + j]);
      final double candidate = Math.tanh(gates[2 * size + j] + recurrent[2 * size + j]);
      final double out = sigmoid(gates[3 * size + j] + recurrent[3 * size + j]);
      nextC[j] = forget * c[j] + in * candidate;
      nextH[j] = out * Math.tanh(nextC[j]);
    }
    h = nextH;
    c = nextC;
  }

  private double[] times(String name, double[] vector) {
    final float[] matrix = weights.get(name);
    final double[] product = new double[matrix.length / vector.length];
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < vector.length; j++) {
        product[i] += matrix[i * vector.length + j] * vector[j];
      }
    }
    return product;
  }

  private double[] row(String name, int index) {
    final double[] row = new double[config.hiddenSize()];
    for (int j = 0; j < row.length; j++) {
      row[j] = weights.get(name)[index * row.length + j];
    }
    return row;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
