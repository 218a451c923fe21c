package org.nao.oracle;

/**
 * The first number of a run that is too far from another run's.
 *
 * @param pass index of the pass
 * @param forward whether the pass's forward made it, rather than its backward or update
 * @param text which number, where, and what it should be
 */
record Difference(int pass, boolean forward, String text) {

  Difference on(String device) {
    return new Difference(pass, forward, device + ", " + text);
  }

  /** Whether this one lies no later than {@code other} and so may be its cause. */
  boolean explains(Difference other) {
    return pass < other.pass || pass == other.pass && (forward || !other.forward);
  }
}
