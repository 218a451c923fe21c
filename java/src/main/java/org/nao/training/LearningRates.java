package org.nao.training;

/** The learning rate of each epoch of a training. */
public interface LearningRates {

  /** The rate of an epoch; epochs are counted from 0. */
  double rate(int epoch);

  /** Epochs of the training. */
  int epochs();
}
