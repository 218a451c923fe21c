package org.nao.training;

import java.util.Arrays;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.StopRequest;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** One architecture trained alone, from random weights. Holds native memory until closed. */
public final class StandaloneTraining implements AutoCloseable {
  private final Images images;
  private final ParameterTable table;
  private final Network network;
  private final Program program;
  private final Program evaluated;
  private final TrainingLoop loop;
  private final TrainingLoop.Steps steps;
  private final int batch;

  /**
   * Random weights, no step done.
   *
   * @param shape with or without auxiliary head
   * @param rampEpochs after so many epochs drop-path would have its full strength
   * @param seed of weights, order, augmentation and regularisation
   */
  public StandaloneTraining(
      Device device,
      SearchSpace space,
      NetworkShape shape,
      Architecture architecture,
      Images images,
      Recipe recipe,
      int epochs,
      int rampEpochs,
      int batch,
      long seed) {
    this(
        device,
        space,
        shape,
        architecture,
        images,
        recipe.toTraining(Seeds.derive(seed, 1)).build(),
        recipe.schedule(epochs),
        rampEpochs,
        batch,
        seed);
  }

  /**
   * Random weights, no step done.
   *
   * @param shape with or without auxiliary head
   * @param training how a step trains, with a seed of its own
   * @param seed of weights and order
   */
  public StandaloneTraining(
      Device device,
      SearchSpace space,
      NetworkShape shape,
      Architecture architecture,
      Images images,
      Training training,
      LearningRates rates,
      int rampEpochs,
      int batch,
      long seed) {
    this(
        device,
        NetworkFamilies.standalone(space, shape),
        architecture,
        ArchitectureFormat.line(space).write(architecture),
        images,
        training,
        rates,
        rampEpochs,
        batch,
        seed);
  }

  /**
   * Random weights, no step done.
   *
   * @param networks with or without auxiliary head
   * @param name of the architecture, for messages
   * @param training how a step trains, with a seed of its own
   * @param seed of weights and order
   */
  public StandaloneTraining(
      Device device,
      StandaloneNetworks networks,
      Architecture architecture,
      String name,
      Images images,
      Training training,
      LearningRates rates,
      int rampEpochs,
      int batch,
      long seed) {
    this.images = images;
    this.batch = training.microBatch() > 0 ? Math.min(training.microBatch(), batch) : batch;
    final StandaloneProgram standalone = networks.program(architecture);
    table = standalone.table();
    network = Networks.create(device, table);
    try {
      Networks.initialize(network, table, Seeds.derive(seed, 0));
      program = Program.create(network, standalone.words());
      evaluated =
          networks.auxiliary() == AuxiliaryHead.AUTHORS
              ? Program.create(network, networks.withoutHead(architecture, table))
              : program;
      loop =
          new TrainingLoop(
              network,
              images.dataset(),
              training,
              rates,
              rampEpochs,
              images.split().training(),
              batch,
              Seeds.derive(seed, 2));
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
    steps =
        new TrainingLoop.Steps() {
          @Override
          public Program program(long step, int position) {
            return program;
          }

          @Override
          public String describe(long step) {
            return name;
          }
        };
  }

  /** The network's tensors. */
  public ParameterTable table() {
    return table;
  }

  /** Weights and momentum, for checkpoints. */
  public Network network() {
    return network;
  }

  public long totalSteps() {
    return loop.totalSteps();
  }

  public int stepsPerEpoch() {
    return loop.stepsPerEpoch();
  }

  /** Trains from one step to another, see {@link TrainingLoop#run}. */
  public long run(long first, StopRequest stop, TrainingLoop.Observer observer) {
    return run(first, loop.totalSteps(), stop, observer);
  }

  /** As above, to the first step of an epoch or the end. */
  public long run(long first, long end, StopRequest stop, TrainingLoop.Observer observer) {
    return loop.run(first, end, steps, stop, observer);
  }

  /** Accuracy, a fraction, on all validation images with running statistics. */
  public double validationAccuracy() {
    return validationAccuracy(images.split().validation().length);
  }

  /** Accuracy on the first {@code count} validation images. */
  public double validationAccuracy(int count) {
    return accuracy(images.dataset(), Arrays.copyOf(images.split().validation(), count));
  }

  /**
   * Accuracy, a fraction, with running statistics.
   *
   * @param dataset on the same device, for example the test images
   * @param indices of its images
   */
  public double accuracy(Dataset dataset, int[] indices) {
    return (double)
            network.evaluate(dataset, Statistics.RUNNING, new Program[] {evaluated}, batch, indices)
                .correct()[0]
        / indices.length;
  }

  @Override
  public void close() {
    network.close();
  }
}
