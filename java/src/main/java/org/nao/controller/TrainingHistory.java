package org.nao.controller;

import java.util.List;

/**
 * The epochs of one {@link Controller#train}, in order.
 *
 * @param epochs one entry per finished epoch
 * @param stopped whether the training was asked to stop before its last epoch
 */
public record TrainingHistory(List<TrainingEpoch> epochs, boolean stopped) {

  /** Copies the list, so that later changes of it do not show. */
  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }
}
