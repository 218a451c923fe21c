package org.nao.training;

import java.util.Arrays;
import org.nao.engine.Dataset;
import org.nao.engine.Network;
import org.nao.engine.NotFiniteException;
import org.nao.engine.Program;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/**
 * Runs the steps of one training, some of them per native call. What step s does depends only on s
 * and on the plan: it may stop after any call and go on there later, with the same result.
 *
 * <p>Every epoch takes all images in its own random order; its last step takes what is left, up to
 * B images.
 */
public final class TrainingLoop {
  /**
   * The largest number of steps in one call. Long enough that the call costs nothing, short enough
   * that a stop is heard within seconds.
   */
  public static final int STEPS_PER_CALL = 20;

  /**
   * The number of steps of an epoch's first call, which is small since the device waits for its
   * programs.
   */
  private static final int FIRST_STEPS = 2;

  /** What each step trains; asked from another thread than the loop's, by one thread at a time. */
  public interface Steps {
    /**
     * A program of a step; it stays open until twice {@link #STEPS_PER_CALL} others were asked for,
     * or those of two steps where these are more. Those of an epoch are asked for after the epoch
     * before was reported.
     *
     * @param position of the step's programs, from 0 on
     */
    Program program(long step, int position);

    /** The architecture of a step, or its architectures, for messages. */
    String describe(long step);
  }

  /** Does the steps of a call, in order. */
  public interface Calls {
    /**
     * As {@link Network#train}.
     *
     * @param programs of each step, one after another
     * @param batch images of each step
     * @throws NotFiniteException if a loss became NaN or infinite
     */
    TrainResult train(
        Training training,
        Program[] programs,
        int batch,
        int[] indices,
        float[] learningRates,
        long firstStep);
  }

  /** Is told how far the training has come. */
  public interface Observer {
    /** Steps were done. {@code loss}: mean of the latest ones. */
    void stepsDone(long step, double loss);

    /**
     * An epoch was finished.
     *
     * @param step steps done in all
     * @param loss mean over the epoch's images
     * @param accuracy as a fraction, over the same images
     */
    void epochDone(int epoch, long step, double loss, double accuracy);

    /** What the epoch added up to so far where the training goes on within one. */
    default EpochSums begunEpoch() {
      return EpochSums.NONE;
    }

    /** A stop left an epoch unfinished; {@link #begunEpoch} must return this when it goes on. */
    default void epochInterrupted(EpochSums sums) {}
  }

  private final Calls calls;
  private final Training training;
  private final LearningRates schedule;
  private final int[] images;
  private final int batch;
  private final long orderSeed;
  private final int stepsPerEpoch;

  /**
   * A training of at most as many epochs as its schedule has, at whose end drop-path has its full
   * strength.
   */
  public TrainingLoop(
      Network network,
      Dataset dataset,
      Training training,
      LearningRates schedule,
      int[] images,
      int batch,
      long orderSeed) {
    this(network, dataset, training, schedule, schedule.epochs(), images, batch, orderSeed);
  }

  /**
   * A training of at most as many epochs as its schedule has.
   *
   * @param training its {@code totalSteps} is replaced by the steps of {@code rampEpochs}
   * @param rampEpochs epochs of such steps after which drop-path has its full strength
   * @param images indices of the images to train on
   * @param batch B, images per step
   * @param orderSeed of the orders of the images
   */
  public TrainingLoop(
      Network network,
      Dataset dataset,
      Training training,
      LearningRates schedule,
      int rampEpochs,
      int[] images,
      int batch,
      long orderSeed) {
    this(
        (steps, programs, size, indices, rates, first) ->
            network.train(dataset, steps, programs, size, indices, rates, first),
        training,
        schedule,
        rampEpochs,
        images,
        batch,
        orderSeed);
  }

  /**
   * As above, where somebody else does the steps.
   *
   * @param calls does them
   */
  public TrainingLoop(
      Calls calls,
      Training training,
      LearningRates schedule,
      int rampEpochs,
      int[] images,
      int batch,
      long orderSeed) {
    if (batch < 1 || batch > images.length) {
      throw new InvalidValue(
          "batch", "is %d, must be 1 to the %d training images".formatted(batch, images.length));
    }
    this.calls = calls;
    this.schedule = schedule;
    this.images = images;
    this.batch = batch;
    this.orderSeed = orderSeed;
    stepsPerEpoch = (images.length - 1) / batch + 1;
    this.training = training.toBuilder().totalSteps((long) stepsPerEpoch * rampEpochs).build();
  }

  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  public long totalSteps() {
    return (long) stepsPerEpoch * schedule.epochs();
  }

  /**
   * Trains from step {@code first} up to {@code end}, or until asked to stop.
   *
   * @param end the first step of an epoch, or {@link #totalSteps()}
   * @return steps done in all; fewer than {@code end} after a stop
   * @throws RunException naming step and architecture if the loss stopped being finite
   */
  public long run(long first, long end, Steps steps, StopRequest stop, Observer observer) {
    long step = first;
    try (ProgramsAhead ahead = new ProgramsAhead(steps, training.stepPrograms())) {
      while (step < end && !stop.isRequested()) {
        step = epoch(step, ahead, steps, stop, observer);
      }
    }
    return step;
  }

  private long epoch(
      long first, ProgramsAhead ahead, Steps steps, StopRequest stop, Observer observer) {
    final int epoch = Math.toIntExact(first / stepsPerEpoch);
    final long end = (epoch + 1L) * stepsPerEpoch;
    final int[] order = order(epoch);
    EpochSums sums = first % stepsPerEpoch == 0 ? EpochSums.NONE : observer.begunEpoch();
    long step = first;
    ahead.order(step, stepsInCall(step));
    while (step < end && !stop.isRequested()) {
      final Program[] programs = ahead.take();
      final int count = programs.length / training.stepPrograms();
      if (step + count < end) {
        ahead.order(step + count, stepsInCall(step + count));
      }
      final int start = (int) (step % stepsPerEpoch) * batch;
      final int size = Math.min(batch, order.length - start);
      final int[] indices = Arrays.copyOfRange(order, start, start + count * size);
      final TrainResult result;
      try {
        result = call(epoch, step, programs, indices, size);
      } catch (NotFiniteException e) {
        ahead.settle();
        throw notFinite(epoch, step + e.completedSteps(), steps, e);
      }
      double callLoss = 0;
      long correct = 0;
      for (int i = 0; i < count; i++) {
        callLoss += result.losses()[i];
        correct += result.correct()[i];
      }
      sums = sums.plus(callLoss * size, correct, (long) count * size);
      step += count;
      observer.stepsDone(step, callLoss / count);
    }
    if (step == end) {
      observer.epochDone(epoch, step, sums.meanLoss(), sums.accuracy());
    } else {
      observer.epochInterrupted(sums);
    }
    return step;
  }

  /**
   * Of the call that begins with a step: all have batches of one size and lie in one epoch. The
   * calls of an epoch grow, so that the programs of each are made during the one before.
   */
  private int stepsInCall(long step) {
    final int done = (int) (step % stepsPerEpoch);
    final int wholeBatches = images.length / batch - done;
    final int most = Math.min(STEPS_PER_CALL / passesPerStep(), done + FIRST_STEPS);
    return Math.max(1, Math.min(most, wholeBatches));
  }

  private int passesPerStep() {
    return training.microBatch() == 0 ? 1 : (batch - 1) / training.microBatch() + 1;
  }

  /** Steps that all take {@code size} of {@code indices}. */
  private TrainResult call(int epoch, long step, Program[] programs, int[] indices, int size) {
    final float[] rates = new float[programs.length / training.stepPrograms()];
    Arrays.fill(rates, (float) schedule.rate(epoch));
    return calls.train(training, programs, size, indices, rates, step);
  }

  private static RunException notFinite(int epoch, long step, Steps steps, NotFiniteException e) {
    return new RunException(
        ("the loss of step %d (epoch %d) became NaN or infinite, architecture '%s';"
                + " what was saved before it is kept; try a lower learning rate.")
            .formatted(step, epoch, steps.describe(step)),
        e);
  }

  private int[] order(int epoch) {
    return ImageOrder.shuffled(images, Seeds.derive(orderSeed, epoch));
  }
}
