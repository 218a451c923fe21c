package org.nao.study.jobs;

import java.util.List;
import org.nao.supernet.Sampling;
import org.nao.training.Recipe;

/**
 * Everything that the one-shot accuracies of some architectures depend on.
 *
 * @param version of the engine's arithmetic, see {@link StudyFormat}
 * @param space title of the search space
 * @param pool text forms; a step trains one of them
 * @param idleDecay whether weight decay and momentum go on for weights a step does not use
 * @param epochs of a round
 * @param scheduleEpochs of the cosine that each round begins
 * @param rounds trainings, each of which goes on with the weights and momentum of the one before
 * @param evaluations done after the last round, each on the weights as trained
 */
public record OneShotKey(
    int version,
    Workplace.Place place,
    String space,
    int nodes,
    List<String> pool,
    int layers,
    int channels,
    int batch,
    Recipe recipe,
    boolean idleDecay,
    Sampling sampling,
    int epochs,
    int scheduleEpochs,
    int rounds,
    List<Evaluation> evaluations,
    long seed) {
  public OneShotKey {
    pool = List.copyOf(pool);
    evaluations = List.copyOf(evaluations);
  }
}
