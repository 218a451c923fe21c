package org.nao.oracle;

import java.util.List;
import java.util.Optional;

/**
 * What one pass over a batch leaves.
 *
 * @param logits N x classes of the main classifier
 * @param loss mean over the batch, auxiliary loss included in training
 * @param correct images classified right
 * @param gradientNorm over all used parameters before clipping; 0 after an evaluation
 * @param gradients per tensor before clipping; empty for buffers and tensors not used, and
 *     everywhere after an evaluation
 * @param values of every tensor afterwards
 */
record Outcome(
    double[] logits,
    double loss,
    int correct,
    double gradientNorm,
    List<Optional<double[]>> gradients,
    List<double[]> values) {}
