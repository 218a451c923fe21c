package org.nao.search.config;

import org.nao.engine.Statistics;
import org.nao.error.InvalidValue;
import org.nao.network.AuxiliaryHead;
import org.nao.run.Values;
import org.nao.supernet.Sampling;
import org.nao.training.Recipe;

/**
 * How the supernet is trained and used. Where the paper and its authors' code differ, both can be
 * chosen.
 *
 * @param architecturesPerStep K of a training step, each with a batch of its own; the gradients of
 *     all are added up and divided by K
 * @param warmStart whether a round goes on with the weights and momentum of the one before
 * @param auxiliaryHead of its training
 * @param bn statistics of batch normalisation in the evaluation
 * @param evaluationImages validation images that an architecture is evaluated on
 * @param evaluationBatch images per batch in the evaluation
 */
public record SupernetConfig(
    Recipe recipe,
    Sampling sampling,
    int architecturesPerStep,
    boolean warmStart,
    TrainOn trainOn,
    Schedule schedule,
    IdleUpdate idleUpdate,
    AuxiliaryHead auxiliaryHead,
    Statistics bn,
    EvaluationBatches evaluationBatches,
    int evaluationImages,
    int evaluationBatch,
    Scores scores) {

  /** Which architectures a round trains. */
  public enum TrainOn {
    /** All architectures found so far. */
    POOL,
    /** Those found last. */
    NEW
  }

  /** How the learning rate goes over the rounds. */
  public enum Schedule {
    /** Every round has its own cosine. */
    INDEPENDENT,
    /** All rounds together are one training with one cosine. */
    DEPENDENT
  }

  /** What a step does to the weights that its architecture does not use. */
  public enum IdleUpdate {
    /** Nothing. */
    FROZEN,
    /** Weight decay and momentum go on, once a step has used them. */
    DECAY
  }

  /** Which validation images an architecture is evaluated on. */
  public enum EvaluationBatches {
    /** The same for all. */
    FIXED,
    /** Its own random ones, new in every round. */
    RANDOM
  }

  /** Which accuracies of a round the controller learns from. */
  public enum Scores {
    /** All architectures are evaluated again. */
    FRESH,
    /** Those evaluated in an earlier round keep their accuracy. */
    CACHED
  }

  /** So that the programs of a native call stay open. */
  public static final int MOST_ARCHITECTURES_PER_STEP = 64;

  public SupernetConfig {
    Values.within("architecturesPerStep", architecturesPerStep, 1, MOST_ARCHITECTURES_PER_STEP);
    Values.within("evaluationBatch", evaluationBatch, 1, Values.MOST_BATCH);
    Values.within("evaluationImages", evaluationImages, 1, Values.MOST);
    if (schedule == Schedule.DEPENDENT && !warmStart) {
      throw new InvalidValue(
          "schedule", "is dependent, one training over all rounds, so {warmStart} must be true");
    }
  }
}
