package org.nao.study.jobs;

import org.nao.network.NetworkShape;
import org.nao.run.Values;
import org.nao.training.Recipe;

/**
 * How an architecture is trained alone.
 *
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param batch images per training step
 * @param repeats trainings with seeds of their own; their mean accuracy counts
 */
public record StandaloneConfig(
    int layers,
    int channels,
    int batch,
    int epochs,
    boolean auxiliaryHead,
    Recipe recipe,
    int repeats) {
  /** More repetitions of a training or a search are a slip. */
  public static final int MOST_SEEDS = 1000;

  public StandaloneConfig {
    Values.within("batch", batch, 1, Values.MOST);
    Values.within("epochs", epochs, 1, Values.MOST);
    Values.within("repeats", repeats, 1, MOST_SEEDS);
    NetworkShape.cifar10(layers, channels);
  }
}
