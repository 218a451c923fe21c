package org.nao.training;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.nao.engine.Dataset;
import org.nao.engine.Network;
import org.nao.engine.NotFiniteException;
import org.nao.engine.Program;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/**
 * Runs the steps of one training, some of them per native call. What step s does depends only on s
 * and on the plan: it may stop after any call and go on there later, with the same result.
 *
 * <p>Every epoch takes the images in its own random order; the up to B - 1 images that do not fill
 * a batch of B are left out of that epoch.
 */
public final class TrainingLoop {
  /** Long enough that the call costs nothing, short enough that a stop is heard within seconds. */
  public static final int STEPS_PER_CALL = 20;

  /** What each step trains. */
  public interface Steps {
    /** The program of a step; it stays open until {@link #STEPS_PER_CALL} others were asked for. */
    Program program(long step);

    /** The architecture of a step, for messages. */
    String describe(long step);
  }

  /** Hears how far the training is. */
  public interface Observer {
    /** Steps were done. {@code loss}: mean of the latest ones. */
    void stepsDone(long step, double loss);

    /**
     * An epoch was finished.
     *
     * @param step steps done in all
     * @param loss mean since the epoch began or the run was resumed
     * @param accuracy as a fraction, over the same steps
     */
    void epochDone(int epoch, long step, double loss, double accuracy);
  }

  private final Network network;
  private final Dataset dataset;
  private final Training training;
  private final CosineSchedule schedule;
  private final int[] images;
  private final int batch;
  private final long orderSeed;
  private final int stepsPerEpoch;

  /**
   * A training that lasts as long as its schedule.
   *
   * @param training its {@code totalSteps} is replaced by the steps of this training
   * @param images indices of the images to train on
   * @param batch B, images per step
   * @param orderSeed of the orders of the images
   */
  public TrainingLoop(
      Network network,
      Dataset dataset,
      Training training,
      CosineSchedule schedule,
      int[] images,
      int batch,
      long orderSeed) {
    if (batch < 1 || batch > images.length) {
      throw new IllegalArgumentException(
          "batch is %d, must be 1 to the %d training images".formatted(batch, images.length));
    }
    this.network = network;
    this.dataset = dataset;
    this.schedule = schedule;
    this.images = images;
    this.batch = batch;
    this.orderSeed = orderSeed;
    stepsPerEpoch = images.length / batch;
    this.training = training.toBuilder().totalSteps(totalSteps()).build();
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
   * @return steps done in all; fewer than {@link #totalSteps()} after a stop
   * @throws RunException naming step and architecture if the loss stopped being finite
   */
  public long run(long first, Steps steps, StopRequest stop, Observer observer) {
    long step = first;
    while (step < totalSteps() && !stop.isRequested()) {
      step = epoch(step, steps, stop, observer);
    }
    return step;
  }

  private long epoch(long first, Steps steps, StopRequest stop, Observer observer) {
    final int epoch = Math.toIntExact(first / stepsPerEpoch);
    final long end = (epoch + 1L) * stepsPerEpoch;
    final int[] order = order(epoch);
    double loss = 0;
    long correct = 0;
    long step = first;
    while (step < end && !stop.isRequested()) {
      final int count = (int) Math.min(STEPS_PER_CALL, end - step);
      final TrainResult result = call(epoch, step, count, order, steps);
      double callLoss = 0;
      for (int i = 0; i < count; i++) {
        callLoss += result.losses()[i];
        correct += result.correct()[i];
      }
      loss += callLoss;
      step += count;
      observer.stepsDone(step, callLoss / count);
    }
    if (step == end) {
      final long done = step - first;
      observer.epochDone(epoch, step, loss / done, (double) correct / (done * batch));
    }
    return step;
  }

  private TrainResult call(int epoch, long step, int count, int[] order, Steps steps) {
    final Program[] programs = new Program[count];
    for (int i = 0; i < count; i++) {
      programs[i] = steps.program(step + i);
    }
    final int start = (int) (step % stepsPerEpoch) * batch;
    final float[] rates = new float[count];
    Arrays.fill(rates, (float) schedule.rate(epoch));
    try {
      return network.train(
          dataset,
          training,
          programs,
          batch,
          Arrays.copyOfRange(order, start, start + count * batch),
          rates,
          step);
    } catch (NotFiniteException e) {
      final long bad = step + e.completedSteps();
      throw new RunException(
          ("the loss of step %d (epoch %d) became NaN or infinite, architecture '%s';"
                  + " the last checkpoint is kept; try a lower learning rate.")
              .formatted(bad, epoch, steps.describe(bad)),
          e);
    }
  }

  private int[] order(int epoch) {
    final SplittableRandom random = new SplittableRandom(Seeds.derive(orderSeed, epoch));
    final int[] order = images.clone();
    for (int i = order.length - 1; i > 0; i--) {
      final int j = random.nextInt(i + 1);
      final int image = order[i];
      order[i] = order[j];
      order[j] = image;
    }
    return order;
  }
}
