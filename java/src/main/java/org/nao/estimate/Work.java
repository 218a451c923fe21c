package org.nao.estimate;

/**
 * A part of a run: the same piece many times.
 *
 * @param phase for example {@code training}
 * @param count how many pieces
 * @param unit what a piece is, in the singular
 * @param secondsEach measured
 */
public record Work(String phase, long count, String unit, double secondsEach) {

  /** Of all pieces. */
  public double seconds() {
    return count * secondsEach;
  }
}
