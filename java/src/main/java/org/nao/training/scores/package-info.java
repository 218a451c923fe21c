/**
 * Scores of architectures without training: what counting, one batch through random weights, or the
 * weights alone say of a network.
 */
package org.nao.training.scores;
