package org.nao.study.jobs;

import org.nao.network.NetworkShape;
import org.nao.run.Values;
import org.nao.search.config.SupernetConfig.IdleUpdate;
import org.nao.training.Recipe;

/**
 * What all one-shot trainings of a study have in common.
 *
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param batch images per training step
 */
public record OneShotConfig(
    int layers, int channels, int batch, Recipe recipe, IdleUpdate idleUpdate) {
  public OneShotConfig {
    Values.within("batch", batch, 1, Values.MOST);
    NetworkShape.cifar10(layers, channels);
  }
}
