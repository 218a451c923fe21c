package org.nao.supernet;

import java.util.List;
import java.util.SplittableRandom;
import org.nao.engine.Program;
import org.nao.run.StopRequest;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.training.Images;
import org.nao.training.Recipe;
import org.nao.training.Seeds;
import org.nao.training.TrainingLoop;

/**
 * One round of one-shot training: each step takes one architecture and trains the weights it uses.
 * Which one depends only on the round's seed and the number of the step.
 */
public final class SupernetTraining {
  private static final int NO_EPOCH = -1;

  private final Supernet supernet;
  private final ArchitectureSource source;
  private final TrainingLoop loop;
  private final long choiceSeed;

  /**
   * A round in which no step is done.
   *
   * @param source of the steps' architectures, asked before the first step of each epoch
   * @param idleDecay whether weight decay and momentum go on for weights a step does not use
   * @param scheduleEpochs epochs until the learning rate has fallen; the round may be a part of
   *     them
   * @param seed of the round: choices, order, augmentation and regularisation
   */
  public SupernetTraining(
      Supernet supernet,
      ArchitectureSource source,
      Images images,
      Recipe recipe,
      boolean idleDecay,
      int scheduleEpochs,
      int batch,
      long seed) {
    this.supernet = supernet;
    this.source = source;
    choiceSeed = Seeds.derive(seed, 0);
    loop =
        new TrainingLoop(
            supernet.network(),
            images.dataset(),
            recipe.toTraining(Seeds.derive(seed, 1)).idleUpdate(idleDecay).build(),
            recipe.schedule(scheduleEpochs),
            images.split().training(),
            batch,
            Seeds.derive(seed, 2));
  }

  public int stepsPerEpoch() {
    return loop.stepsPerEpoch();
  }

  /** Trains from one step to another, see {@link TrainingLoop#run}. */
  public long run(long first, long end, StopRequest stop, TrainingLoop.Observer observer) {
    return loop.run(first, end, new Choices(), stop, observer);
  }

  /** The architectures of the steps, drawn an epoch at a time. */
  private final class Choices implements TrainingLoop.Steps {
    private List<Architecture> choices = List.of();
    private long drawnEpoch = NO_EPOCH;

    @Override
    public Program program(long step) {
      return supernet.program(architecture(step));
    }

    @Override
    public String describe(long step) {
      return ArchitectureFormat.line(supernet.space()).write(architecture(step));
    }

    private Architecture architecture(long step) {
      final long epoch = step / stepsPerEpoch();
      if (epoch != drawnEpoch) {
        final SplittableRandom random = new SplittableRandom(Seeds.derive(choiceSeed, epoch));
        choices = source.draw(random, stepsPerEpoch());
        drawnEpoch = epoch;
      }
      return choices.get((int) (step % stepsPerEpoch()));
    }
  }
}
