package org.nao.study.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param architecturesPerStep K of a training step; null where it is one, so that the names of such
 *     trainings are those from before there was a choice
 * @param split operand at which the supernet is split after a training of {@code epochs}: for each
 *     of its operations the training goes on with the architectures that have it; null: it is not
 * @param splitEpochs of each of these ends; null without
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
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer architecturesPerStep,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer split,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer splitEpochs,
    int epochs,
    int scheduleEpochs,
    int rounds,
    List<Evaluation> evaluations,
    long seed) {
  public OneShotKey {
    architecturesPerStep =
        architecturesPerStep == null || architecturesPerStep == 1 ? null : architecturesPerStep;
    pool = List.copyOf(pool);
    evaluations = List.copyOf(evaluations);
  }

  int perStep() {
    return architecturesPerStep == null ? 1 : architecturesPerStep;
  }
}
