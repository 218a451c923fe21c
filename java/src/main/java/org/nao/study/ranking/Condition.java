package org.nao.study.ranking;

import java.util.Locale;
import org.nao.search.config.SupernetConfig.Schedule;
import org.nao.study.jobs.Evaluation;
import org.nao.supernet.Sampling;
import org.nao.text.Counted;

/**
 * One way to get one-shot accuracies.
 *
 * @param sizes which architectures
 * @param epochs of each round
 * @param architecturesPerStep K of a training step
 * @param split operand at which the supernet is split, {@link #WHOLE}: it is not; the training of
 *     its parts together takes as many steps as that of the whole before, one epoch each at least
 * @param rounds trainings, each of which goes on with the weights of the one before
 */
public record Condition(
    Sizes sizes,
    int epochs,
    Schedule schedule,
    Sampling sampling,
    int architecturesPerStep,
    int split,
    int rounds,
    Evaluation evaluation) {
  static final int WHOLE = -1;

  /** Sets of architectures. */
  public enum Sizes {
    /** Random ones. */
    DIVERSE,
    /** Random ones of nearly the same size. */
    SIMILAR
  }

  Condition with(Sizes other) {
    return new Condition(
        other, epochs, schedule, sampling, architecturesPerStep, split, rounds, evaluation);
  }

  Condition with(Schedule other) {
    return new Condition(
        sizes, epochs, other, sampling, architecturesPerStep, split, rounds, evaluation);
  }

  Condition with(Sampling other) {
    return new Condition(
        sizes, epochs, schedule, other, architecturesPerStep, split, rounds, evaluation);
  }

  Condition withSteps(Sampling how, int perStep) {
    return new Condition(sizes, epochs, schedule, how, perStep, split, rounds, evaluation);
  }

  Condition withSplit(int operand) {
    return new Condition(
        sizes, epochs, schedule, sampling, architecturesPerStep, operand, rounds, evaluation);
  }

  Condition with(Evaluation other) {
    return new Condition(
        sizes, epochs, schedule, sampling, architecturesPerStep, split, rounds, other);
  }

  Condition withRounds(int other) {
    return new Condition(
        sizes, epochs, schedule, sampling, architecturesPerStep, split, other, evaluation);
  }

  /** The same training, whatever follows it. */
  Condition trainingOnly() {
    return new Condition(
        sizes, epochs, schedule, sampling, architecturesPerStep, split, rounds, null);
  }

  /** What sets it apart from others in a factor's table. */
  String value(Factor factor) {
    return switch (factor) {
      case EPOCHS -> Counted.of(epochs, "epoch");
      case SIZES -> lower(sizes) + ", " + Counted.of(epochs, "epoch");
      case SCHEDULE -> lower(schedule) + ", " + Counted.of(epochs, "epoch");
      case SAMPLING -> lower(sampling);
      case STEPS -> lower(sampling) + ", " + Counted.of(architecturesPerStep, "architecture");
      case SPLIT -> split == WHOLE ? "whole" : "split at operand " + split;
      case WEIGHTS -> rounds == 1 ? "from scratch" : "carried over " + Counted.of(rounds, "round");
      case BN -> lower(evaluation.bn());
      case EVALUATION ->
          lower(evaluation.batches()) + ", " + Counted.of(evaluation.images(), "image");
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
