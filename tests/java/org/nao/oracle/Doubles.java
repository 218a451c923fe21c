package org.nao.oracle;

/** Float32 values as float64. */
final class Doubles {

  private Doubles() {}

  static double[] of(float[] values) {
    final double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
