package org.nao.model;

/** Compares the logits that two programs compute of the same images. */
public final class Logits {
  private Logits() {}

  /** The largest difference, as a part of the largest logit; not a number if the lengths differ. */
  public static double difference(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return Double.NaN;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs((double) found[i] - expected[i]));
    }
    return largest > 0 ? difference / largest : difference;
  }
}
