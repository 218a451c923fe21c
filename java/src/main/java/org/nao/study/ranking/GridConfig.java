package org.nao.study.ranking;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nao.engine.Statistics;
import org.nao.error.InvalidValue;
import org.nao.run.Values;
import org.nao.search.config.SupernetConfig;
import org.nao.search.config.SupernetConfig.EvaluationBatches;
import org.nao.search.config.SupernetConfig.Schedule;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.Evaluation;
import org.nao.study.jobs.StandaloneConfig;
import org.nao.supernet.Sampling;

/**
 * Which conditions a ranking study compares. The one that all others differ from is: diverse sizes,
 * independent schedule, uniform sampling of one architecture per step, weights from scratch, batch
 * statistics, the same evaluation images for all.
 *
 * @param factors what is compared
 * @param seeds supernets of each condition
 * @param epochs compared by {@link Factor#EPOCHS}
 * @param scheduleEpochs at each of which {@link Factor#SCHEDULE} is compared
 * @param scheduleCycle length of a dependent cosine, in trainings
 * @param sizeEpochs at each of which {@link Factor#SIZES} is compared
 * @param architecturesPerStep K of the steps that {@link Factor#STEPS} compares with those of one:
 *     a single K is compared as uniform, fair and sandwich steps, several by their uniform steps
 * @param otherEpochs at which all other factors are compared
 * @param splits operands, numbered as in an architecture's text from 0, at each of which {@link
 *     Factor#SPLIT} splits the supernet
 * @param carriedRounds trainings one after another, the weights of the last of which are compared
 * @param images validation images per architecture; {@link Factor#EVALUATION} compares them, all
 *     others take the first
 */
public record GridConfig(
    List<Factor> factors,
    int seeds,
    List<Integer> epochs,
    List<Integer> scheduleEpochs,
    int scheduleCycle,
    List<Integer> sizeEpochs,
    int otherEpochs,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<Integer> architecturesPerStep,
    List<Integer> splits,
    int carriedRounds,
    List<Integer> images,
    int evaluationBatch) {
  public GridConfig {
    factors = List.copyOf(new LinkedHashSet<>(factors));
    epochs = List.copyOf(new LinkedHashSet<>(epochs));
    scheduleEpochs = List.copyOf(new LinkedHashSet<>(scheduleEpochs));
    sizeEpochs = List.copyOf(new LinkedHashSet<>(sizeEpochs));
    splits = List.copyOf(new LinkedHashSet<>(splits));
    images = List.copyOf(new LinkedHashSet<>(images));
    Values.within("seeds", seeds, 1, StandaloneConfig.MOST_SEEDS);
    checkAll("epochs", epochs);
    checkAll("scheduleEpochs", scheduleEpochs);
    checkAll("sizeEpochs", sizeEpochs);
    checkAll("images", images);
    Values.within("scheduleCycle", scheduleCycle, 2, StandaloneConfig.MOST_SEEDS);
    Values.within("otherEpochs", otherEpochs, 1, Values.MOST);
    architecturesPerStep = List.copyOf(new LinkedHashSet<>(architecturesPerStep));
    checkAll("architecturesPerStep", architecturesPerStep);
    for (final int each : architecturesPerStep) {
      Values.within(
          "architecturesPerStep",
          each,
          architecturesPerStep.size() == 1 ? Sampling.LEAST_OF_SANDWICH : 2,
          SupernetConfig.MOST_ARCHITECTURES_PER_STEP);
    }
    Values.within("carriedRounds", carriedRounds, 2, StandaloneConfig.MOST_SEEDS);
    if (factors.isEmpty()) {
      throw new InvalidValue("factors", "is empty, must name at least one");
    }
    Values.within("evaluationBatch", evaluationBatch, 1, Values.MOST);
    for (final int each : images) {
      if (each % evaluationBatch != 0) {
        throw new InvalidValue(
            "images",
            "has %d, must hold multiples of {evaluationBatch}, which is %d"
                .formatted(each, evaluationBatch));
      }
    }
  }

  /** The conditions of a factor, in the order of their table. */
  List<Condition> conditions(Factor factor) {
    final List<Condition> conditions = new ArrayList<>();
    switch (factor) {
      case EPOCHS -> epochs.forEach(each -> conditions.add(base(each)));
      case SIZES -> {
        for (final int each : sizeEpochs) {
          for (final Condition.Sizes sizes : Condition.Sizes.values()) {
            conditions.add(base(each).with(sizes));
          }
        }
      }
      case SCHEDULE -> {
        for (final int each : scheduleEpochs) {
          conditions.add(base(each).with(Schedule.DEPENDENT));
          conditions.add(base(each));
        }
      }
      case SAMPLING -> {
        conditions.add(base(otherEpochs));
        conditions.add(base(otherEpochs).with(Sampling.PROPORTIONAL));
      }
      case STEPS -> {
        conditions.add(base(otherEpochs));
        for (final Sampling how : kindsOfSteps()) {
          for (final int each : architecturesPerStep) {
            conditions.add(base(otherEpochs).withSteps(how, each));
          }
        }
      }
      case SPLIT -> {
        conditions.add(base(otherEpochs));
        splits.forEach(each -> conditions.add(base(otherEpochs).withSplit(each)));
      }
      case WEIGHTS -> {
        conditions.add(base(otherEpochs));
        conditions.add(base(otherEpochs).withRounds(carriedRounds));
      }
      case BN -> {
        for (final Statistics bn : Statistics.values()) {
          conditions.add(
              base(otherEpochs)
                  .with(
                      new Evaluation(bn, EvaluationBatches.FIXED, images.get(0), evaluationBatch)));
        }
      }
      case EVALUATION -> {
        for (final EvaluationBatches batches : EvaluationBatches.values()) {
          for (final int each : images) {
            conditions.add(
                base(otherEpochs)
                    .with(new Evaluation(Statistics.BATCH, batches, each, evaluationBatch)));
          }
        }
      }
    }
    return conditions;
  }

  /** All conditions of the grid, each once. */
  Set<Condition> conditions() {
    final Set<Condition> conditions = new LinkedHashSet<>();
    factors.forEach(factor -> conditions.addAll(conditions(factor)));
    return conditions;
  }

  /**
   * Checks that what is compared exists in a space.
   *
   * @throws InvalidValue if no step of K architectures is fair there, or an operand is not
   */
  void require(SearchSpace space) {
    for (final int each : splits) {
      Values.within("grid.splits", each, 0, space.operands() - 1);
    }
    if (factors.contains(Factor.SPLIT) && otherEpochs < 2) {
      throw new InvalidValue(
          "grid.otherEpochs",
          "is 1, must be at least 2: half of them are those of a split supernet");
    }
    if (factors.contains(Factor.STEPS) && kindsOfSteps().contains(Sampling.FAIR)) {
      try {
        Sampling.requireFair(space, architecturesPerStep.get(0));
      } catch (InvalidValue e) {
        throw e.under("grid.");
      }
    }
  }

  private List<Sampling> kindsOfSteps() {
    return architecturesPerStep.size() == 1
        ? List.of(Sampling.UNIFORM, Sampling.FAIR, Sampling.SANDWICH)
        : List.of(Sampling.UNIFORM);
  }

  int mostImages() {
    return images.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  private Condition base(int epochs) {
    return new Condition(
        Condition.Sizes.DIVERSE,
        epochs,
        Schedule.INDEPENDENT,
        Sampling.UNIFORM,
        1,
        Condition.WHOLE,
        1,
        new Evaluation(Statistics.BATCH, EvaluationBatches.FIXED, images.get(0), evaluationBatch));
  }

  private static void checkAll(String name, List<Integer> values) {
    if (values.isEmpty()) {
      throw new InvalidValue(name, "is empty, must hold at least one number");
    }
    values.forEach(each -> Values.within(name, each, 1, Values.MOST));
  }
}
