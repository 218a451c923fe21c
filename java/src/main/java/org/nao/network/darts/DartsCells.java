package org.nao.network.darts;

import org.nao.network.NetworkShape;

/**
 * The cells of a DARTS network: {@code shape.layers()} of them in all, reductions at a third and
 * two thirds, each doubling the channels.
 */
record DartsCells(NetworkShape shape) {

  private static final int STAGES = 3;

  int count() {
    return shape.layers();
  }

  boolean isReduction(int cell) {
    return cell == firstReduction() || cell == secondReduction();
  }

  /** Channels of a state of a cell. */
  int channelsAt(int cell) {
    final int doublings = cell >= secondReduction() ? 2 : cell >= firstReduction() ? 1 : 0;
    return shape.channels() << (firstReduction() == secondReduction() ? doublings / 2 : doublings);
  }

  private int firstReduction() {
    return count() / STAGES;
  }

  /** Index of the second reduction, whose output the auxiliary head reads. */
  int secondReduction() {
    return 2 * count() / STAGES;
  }
}
