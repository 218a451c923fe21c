package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairwiseAccuracyTest {

  @Test
  void countsPairsOrderedAlike() {
    final float[] scores = {1, 2, 3, 4};
    assertThat(PairwiseAccuracy.of(scores, new float[] {5, 6, 7, 8})).isEqualTo(1);
    assertThat(PairwiseAccuracy.of(scores, new float[] {8, 7, 6, 5})).isZero();
    assertThat(PairwiseAccuracy.of(scores, new float[] {5, 7, 6, 8})).isEqualTo(5 / 6.0);
  }

  @Test
  void aTieCountsAsNotBelow() {
    assertThat(PairwiseAccuracy.of(new float[] {1, 1}, new float[] {2, 1})).isEqualTo(1);
    assertThat(PairwiseAccuracy.of(new float[] {1, 1}, new float[] {1, 2})).isZero();
  }

  @Test
  void oneScoreHasNoPairs() {
    assertThat(PairwiseAccuracy.of(new float[] {1}, new float[] {1})).isNaN();
  }
}
