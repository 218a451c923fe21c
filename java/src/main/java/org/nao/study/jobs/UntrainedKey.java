package org.nao.study.jobs;

import java.util.List;

/**
 * Everything that a score of some architectures without training depends on.
 *
 * @param version of the engine's arithmetic, see {@link StudyFormat}
 * @param space title of the search space
 * @param architectures text forms
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param score title
 * @param batch images that networks see
 * @param seed of the weights and of the choice of the images
 */
public record UntrainedKey(
    int version,
    Workplace.Place place,
    String space,
    int nodes,
    List<String> architectures,
    int layers,
    int channels,
    String score,
    int batch,
    long seed) {
  public UntrainedKey {
    architectures = List.copyOf(architectures);
  }
}
