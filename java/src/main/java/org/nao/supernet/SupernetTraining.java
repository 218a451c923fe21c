package org.nao.supernet;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.nao.engine.Program;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.run.StopRequest;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.training.Images;
import org.nao.training.LearningRates;
import org.nao.training.Recipe;
import org.nao.training.Seeds;
import org.nao.training.TrainingLoop;

/**
 * One round of one-shot training: each step takes one architecture, or several with images of their
 * own, and trains the weights that they use. Which ones depends only on the round's seed and the
 * number of the step.
 */
public final class SupernetTraining {
  private static final int NO_EPOCH = -1;

  /** Does the steps of a call, here or together with other processes. */
  public interface Steps {
    /**
     * As {@link TrainingLoop.Calls}.
     *
     * @param architectures of the programs
     */
    TrainResult train(
        Training training,
        List<Architecture> architectures,
        Program[] programs,
        int batch,
        int[] indices,
        float[] learningRates,
        long firstStep);
  }

  private final Supernet supernet;
  private final StepSource source;
  private final TrainingLoop loop;
  private final long choiceSeed;
  private final Choices choices = new Choices();

  /**
   * A round in which no step is done.
   *
   * @param source of the steps' architectures, asked before the first step of each epoch; gradients
   *     of a step are added up and divided
   * @param idleDecay whether weight decay and momentum go on for weights a step does not use
   * @param scheduleEpochs epochs until the learning rate has fallen; the round may be a part of
   *     them
   * @param batch images of each architecture
   * @param seed of the round: choices, order, augmentation and regularisation
   */
  public SupernetTraining(
      Supernet supernet,
      StepSource source,
      Images images,
      Recipe recipe,
      boolean idleDecay,
      int scheduleEpochs,
      int batch,
      long seed) {
    this(
        supernet,
        source,
        images,
        recipe,
        idleDecay,
        scheduleEpochs,
        batch,
        seed,
        alone(supernet, images));
  }

  /**
   * As above.
   *
   * @param steps does the steps
   */
  public SupernetTraining(
      Supernet supernet,
      StepSource source,
      Images images,
      Recipe recipe,
      boolean idleDecay,
      int scheduleEpochs,
      int batch,
      long seed,
      Steps steps) {
    this.supernet = supernet;
    final int training = images.split().training().length;
    final int perStep = source.perStep();
    if (perStep > 1 && (long) perStep * batch > training) {
      throw new InvalidValue(
          "architecturesPerStep",
          "is %d: a step would take %d x %d images, more than the %d training images"
              .formatted(perStep, perStep, batch, training));
    }
    this.source = source;
    choiceSeed = Seeds.derive(seed, 0);
    final LearningRates schedule = recipe.schedule(scheduleEpochs);
    loop =
        new TrainingLoop(
            (how, programs, size, indices, rates, first) ->
                steps.train(
                    how,
                    choices.architectures(first, programs.length),
                    programs,
                    size,
                    indices,
                    rates,
                    first),
            recipe
                .toTraining(Seeds.derive(seed, 1))
                .idleUpdate(idleDecay)
                .stepPrograms(perStep)
                .microBatch(perStep > 1 ? batch : 0)
                .build(),
            schedule,
            schedule.epochs(),
            images.split().training(),
            Math.multiplyExact(perStep, batch),
            Seeds.derive(seed, 2));
  }

  /** Steps that this process does with the supernet's network. */
  public static Steps alone(Supernet supernet, Images images) {
    return (training, architectures, programs, batch, indices, rates, first) ->
        supernet
            .network()
            .train(images.dataset(), training, programs, batch, indices, rates, first);
  }

  public int stepsPerEpoch() {
    return loop.stepsPerEpoch();
  }

  /** Trains from one step to another, see {@link TrainingLoop#run}. */
  public long run(long first, long end, StopRequest stop, TrainingLoop.Observer observer) {
    return loop.run(first, end, choices, stop, observer);
  }

  /** The architectures of the steps, drawn an epoch at a time. */
  private final class Choices implements TrainingLoop.Steps {
    private List<Architecture> drawn = List.of();
    private long drawnEpoch = NO_EPOCH;

    @Override
    public Program program(long step, int position) {
      return supernet.program(architectures(step).get(position));
    }

    @Override
    public String describe(long step) {
      return architectures(step).stream()
          .map(ArchitectureFormat.line(supernet.space())::write)
          .collect(Collectors.joining("' or '"));
    }

    private List<Architecture> architectures(long step) {
      return architectures(step, source.perStep());
    }

    /** The first {@code count} of those of the epoch from a step on. */
    private List<Architecture> architectures(long step, int count) {
      final long epoch = step / stepsPerEpoch();
      if (epoch != drawnEpoch) {
        final SplittableRandom random = new SplittableRandom(Seeds.derive(choiceSeed, epoch));
        drawn = source.draw(random, stepsPerEpoch());
        drawnEpoch = epoch;
      }
      final int first = (int) (step % stepsPerEpoch()) * source.perStep();
      return drawn.subList(first, first + count);
    }
  }
}
