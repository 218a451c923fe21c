package org.nao.controller;

import java.util.List;
import java.util.Map;

/**
 * The controller's formulas in plain double loops over one sequence, to compare libtorch's results
 * with. LSTM gates lie in the order input, forget, cell, output.
 */
final class ReferenceController {

  private final SequenceLayout layout;
  private final ControllerConfig config;
  private final Map<String, float[]> weights;

  ReferenceController(
      SequenceLayout layout, ControllerConfig config, Map<String, float[]> weights) {
    this.layout = layout;
    this.config = config;
    this.weights = weights;
  }

  /** Encoder outputs [S][H], each of unit length. */
  double[][] outputs(int[] tokens) {
    final int size = config.embeddingSize();
    final int perStep = layout.tokensPerStep();
    State state = new State(new double[config.hiddenSize()], new double[config.hiddenSize()]);
    final double[][] outputs = new double[layout.steps()][];
    for (int s = 0; s < outputs.length; s++) {
      final double[] input = new double[size * perStep];
      for (int i = 0; i < input.length; i++) {
        final int token = tokens[s * perStep + i / size];
        input[i] = weights.get("encoder.embedding.weight")[token * size + i % size];
      }
      state = step("encoder.rnn.", input, state);
      outputs[s] = unit(state.h());
    }
    return outputs;
  }

  /** The architecture embedding [H]. */
  double[] embedding(double[][] outputs) {
    final double[] mean = new double[config.hiddenSize()];
    for (final double[] output : outputs) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += output[j] / outputs.length;
      }
    }
    return unit(mean);
  }

  double prediction(double[] embedding) {
    final double[] logit = linear("encoder.regressor.weight", 1, embedding);
    return sigmoid(logit[0] + weights.get("encoder.regressor.bias")[0]);
  }

  /** Outputs after a step along a central-difference gradient of the prediction. */
  double[][] moved(double[][] outputs, double stepSize) {
    final double delta = 1e-6;
    final double[][] moved = new double[outputs.length][];
    for (int s = 0; s < outputs.length; s++) {
      final double[] shifted = outputs[s].clone();
      for (int j = 0; j < shifted.length; j++) {
        final double value = outputs[s][j];
        outputs[s][j] = value + delta;
        final double above = prediction(embedding(outputs));
        outputs[s][j] = value - delta;
        final double below = prediction(embedding(outputs));
        outputs[s][j] = value;
        shifted[j] += stepSize * (above - below) / (2 * delta);
      }
      moved[s] = unit(shifted);
    }
    return moved;
  }

  /** Mean negative log likelihood of the tokens given the tokens before them. */
  double negativeLogLikelihood(int[] tokens, double[][] outputs) {
    final double[] embedding = embedding(outputs);
    State state = new State(embedding, embedding);
    double sum = 0;
    for (int t = 0; t < tokens.length; t++) {
      state =
          step("decoder.rnn.", tokenInput(t == 0 ? SequenceLayout.START : tokens[t - 1]), state);
      final double[] logits = logits(state.h(), outputs);
      double total = 0;
      for (final double logit : logits) {
        total += Math.exp(logit);
      }
      sum += Math.log(total) - logits[tokens[t]];
    }
    return sum / tokens.length;
  }

  /** The most likely legal tokens. */
  int[] decode(double[][] outputs) {
    final double[] embedding = embedding(outputs);
    State state = new State(embedding, embedding);
    final int[] tokens = new int[layout.length()];
    for (int t = 0; t < tokens.length; t++) {
      state =
          step("decoder.rnn.", tokenInput(t == 0 ? SequenceLayout.START : tokens[t - 1]), state);
      final double[] logits = logits(state.h(), outputs);
      final TokenRange range = layout.legal().get(t);
      tokens[t] = range.first();
      for (int token = range.first(); token < range.end(); token++) {
        if (logits[token] > logits[tokens[t]]) {
          tokens[t] = token;
        }
      }
    }
    return tokens;
  }

  /** The joint loss of sequences with scaled targets. */
  double loss(List<int[]> sequences, double[] targets) {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      final double[][] outputs = outputs(sequences.get(i));
      final double error = prediction(embedding(outputs)) - targets[i];
      sum +=
          config.tradeoff() * error * error
              + (1 - config.tradeoff()) * negativeLogLikelihood(sequences.get(i), outputs);
    }
    return sum / targets.length;
  }

  private double[] tokenInput(int token) {
    final double[] input = new double[config.hiddenSize()];
    for (int j = 0; j < input.length; j++) {
      input[j] = weights.get("decoder.embedding.weight")[token * input.length + j];
    }
    return input;
  }

  private double[] logits(double[] query, double[][] outputs) {
    final int hidden = query.length;
    final double[] projected = linear("decoder.attention.input_proj.weight", hidden, query);
    final double[] attention = new double[outputs.length];
    double total = 0;
    for (int s = 0; s < outputs.length; s++) {
      double score = 0;
      for (int j = 0; j < hidden; j++) {
        score += projected[j] * outputs[s][j];
      }
      attention[s] = Math.exp(score);
      total += attention[s];
    }
    final double[] joined = new double[2 * hidden];
    for (int j = 0; j < hidden; j++) {
      for (int s = 0; s < outputs.length; s++) {
        joined[j] += attention[s] / total * outputs[s][j];
      }
      joined[hidden + j] = query[j];
    }
    final double[] combined = linear("decoder.attention.output_proj.weight", hidden, joined);
    for (int j = 0; j < hidden; j++) {
      combined[j] = Math.tanh(combined[j]);
    }
    final double[] logits = linear("decoder.out.weight", layout.vocabulary(), combined);
    for (int v = 0; v < logits.length; v++) {
      logits[v] += weights.get("decoder.out.bias")[v];
    }
    return logits;
  }

  private State step(String prefix, double[] input, State state) {
    final int hidden = state.h().length;
    final double[] fromInput = linear(prefix + "weight_ih_l0", 4 * hidden, input);
    final double[] fromHidden = linear(prefix + "weight_hh_l0", 4 * hidden, state.h());
    final double[] gates = new double[4 * hidden];
    for (int i = 0; i < gates.length; i++) {
      gates[i] =
          fromInput[i]
              + fromHidden[i]
              + weights.get(prefix + "bias_ih_l0")[i]
              + weights.get(prefix + "bias_hh_l0")[i];
    }
    final double[] h = new double[hidden];
    final double[] c = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      c[j] =
          sigmoid(gates[hidden + j]) * state.c()[j]
              + sigmoid(gates[j]) * Math.tanh(gates[2 * hidden + j]);
      h[j] = sigmoid(gates[3 * hidden + j]) * Math.tanh(c[j]);
    }
    return new State(h, c);
  }

  private double[] linear(String name, int rows, double[] input) {
    final float[] matrix = weights.get(name);
    final double[] result = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < input.length; j++) {
        result[i] += matrix[i * input.length + j] * input[j];
      }
    }
    return result;
  }

  private static double[] unit(double[] vector) {
    double square = 0;
    for (final double value : vector) {
      square += value * value;
    }
    final double[] result = new double[vector.length];
    for (int j = 0; j < result.length; j++) {
      result[j] = vector[j] / Math.sqrt(square);
    }
    return result;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private record State(double[] h, double[] c) {}
}
