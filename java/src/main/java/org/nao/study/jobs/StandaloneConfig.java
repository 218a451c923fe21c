package org.nao.study.jobs;

import org.nao.network.NetworkShape;
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
  public StandaloneConfig {
    Ranges.check("standalone.batch", batch, 1, Ranges.MOST);
    Ranges.check("standalone.epochs", epochs, 1, Ranges.MOST);
    Ranges.check("standalone.repeats", repeats, 1, Ranges.MOST_SEEDS);
    NetworkShape.cifar10(layers, channels);
  }
}
