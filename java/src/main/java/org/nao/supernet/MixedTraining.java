package org.nao.supernet;

import java.util.Arrays;
import org.nao.engine.Network;
import org.nao.engine.NotFiniteException;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.run.RunException;
import org.nao.run.StopRequest;
import org.nao.text.Counted;
import org.nao.training.Adam;
import org.nao.training.ArchitectureGradient;
import org.nao.training.CosineSchedule;
import org.nao.training.EpochSums;
import org.nao.training.ImageOrder;
import org.nao.training.Images;
import org.nao.training.Recipe;
import org.nao.training.Seeds;
import org.nao.training.TrainingLoop;

/**
 * DARTS (Liu et al. 2019, algorithm 1): every step first moves the logits of the architecture
 * weights down the loss of a validation batch, then the weights down that of a training batch. What
 * step s does depends only on s, the seed, the network and Adam's state.
 *
 * <p>Epochs are over the training images; what does not fill a batch is left out.
 */
public final class MixedTraining {
  private final DartsSearchNetwork search;
  private final Network network;
  private final Program program;
  private final Images images;
  private final Recipe recipe;
  private final CosineSchedule schedule;
  private final Training onTraining;
  private final Training onValidation;
  private final int batch;
  private final int order;
  private final Adam adam;
  private final long trainingSeed;
  private final long validationSeed;
  private final int stepsPerEpoch;

  /**
   * A training of {@code epochs} epochs in which no step is done.
   *
   * @param network of the search network's tensors
   * @param adam of the logits, those of the normal cell first
   * @param order of the architecture's gradient, 1 or 2
   * @param seed of order and augmentation
   */
  public MixedTraining(
      DartsSearchNetwork search,
      Network network,
      Program program,
      Images images,
      Recipe recipe,
      Adam adam,
      int order,
      int epochs,
      int batch,
      long seed) {
    this.search = search;
    this.network = network;
    this.program = program;
    this.images = images;
    this.recipe = recipe;
    this.adam = adam;
    this.order = order;
    this.batch = batch;
    schedule = recipe.schedule(epochs);
    final int smallest =
        Math.min(images.split().training().length, images.split().validation().length);
    if (batch > smallest) {
      throw new InvalidValue(
          "batch",
          "is %d, must be at most the %s that train weights or architecture"
              .formatted(batch, Counted.of(smallest, "image")));
    }
    stepsPerEpoch = images.split().training().length / batch;
    onTraining = training(Seeds.derive(seed, 0));
    onValidation = training(Seeds.derive(seed, 1)).toBuilder().gradientsOnly(true).build();
    trainingSeed = Seeds.derive(seed, 2);
    validationSeed = Seeds.derive(seed, 3);
  }

  private Training training(long seed) {
    return recipe.toTraining(seed).totalSteps(totalSteps()).build();
  }

  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  public long totalSteps() {
    return (long) stepsPerEpoch * schedule.epochs();
  }

  /**
   * Trains from step {@code first} to the end, or until asked to stop.
   *
   * @return steps done in all
   * @throws RunException naming the step if the loss stopped being finite
   */
  public long run(long first, StopRequest stop, TrainingLoop.Observer observer) {
    long step = first;
    while (step < totalSteps() && !stop.isRequested()) {
      step = epoch(step, stop, observer);
    }
    return step;
  }

  private long epoch(long first, StopRequest stop, TrainingLoop.Observer observer) {
    final int epoch = Math.toIntExact(first / stepsPerEpoch);
    final int[] training =
        ImageOrder.shuffled(images.split().training(), Seeds.derive(trainingSeed, epoch));
    final int[] validation =
        ImageOrder.shuffled(images.split().validation(), Seeds.derive(validationSeed, epoch));
    final int validationBatches = validation.length / batch;
    final float rate = (float) schedule.rate(epoch);
    final long end = (epoch + 1L) * stepsPerEpoch;
    EpochSums sums = first % stepsPerEpoch == 0 ? EpochSums.NONE : observer.begunEpoch();
    long step = first;
    while (step < end && !stop.isRequested()) {
      final int inEpoch = (int) (step % stepsPerEpoch);
      final int[] trained = batchOf(training, inEpoch);
      moveLogits(step, rate, trained, batchOf(validation, inEpoch % validationBatches));
      final TrainResult result = pass(onTraining, trained, rate, step);
      sums = sums.plus((double) result.losses()[0] * batch, result.correct()[0], batch);
      step++;
      observer.stepsDone(step, result.losses()[0]);
    }
    if (step == end) {
      observer.epochDone(epoch, step, sums.meanLoss(), sums.accuracy());
    } else {
      observer.epochInterrupted(sums);
    }
    return step;
  }

  private int[] batchOf(int[] all, int index) {
    return Arrays.copyOfRange(all, index * batch, (index + 1) * batch);
  }

  private void moveLogits(long step, float rate, int[] trained, int[] validated) {
    final int normal = search.normalLogits();
    final int reduction = search.reductionLogits();
    final ArchitectureGradient gradient = new ArchitectureGradient(network, normal, reduction);
    final float[] found =
        gradient.after(
            order == 1
                ? () -> pass(onValidation, validated, rate, step)
                : () -> unroll(trained, validated, rate, step));
    final float[] values = gradient.values();
    adam.step(values, found, step + 1);
    final int ofNormal = Math.toIntExact(search.table().parameters().get(normal).elements());
    network.write(TensorArray.VALUE, normal, Arrays.copyOf(values, ofNormal));
    network.write(
        TensorArray.VALUE, reduction, Arrays.copyOfRange(values, ofNormal, values.length));
  }

  private TrainResult pass(Training mode, int[] indices, float rate, long step) {
    try {
      return network.train(
          images.dataset(),
          mode,
          new Program[] {program},
          batch,
          indices,
          new float[] {rate},
          step);
    } catch (NotFiniteException e) {
      throw notFinite(step, e);
    }
  }

  private void unroll(int[] trained, int[] validated, float rate, long step) {
    try {
      network.unroll(
          program, images.dataset(), onTraining, trained, onValidation, validated, rate, step);
    } catch (NotFiniteException e) {
      throw notFinite(step, e);
    }
  }

  private static RunException notFinite(long step, NotFiniteException cause) {
    return new RunException(
        ("a loss of step %d became NaN or infinite;"
                + " what was saved before it is kept; try a lower learning rate.")
            .formatted(step),
        cause);
  }
}
