package org.nao.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.network.NetworkShape;
import org.nao.run.Progress;
import org.nao.run.StopRequest;
import org.nao.search.config.RerankingConfig;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.supernet.ArchitectureSource;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.StepSource;
import org.nao.supernet.Supernet;
import org.nao.supernet.SupernetTraining;
import org.nao.training.Images;
import org.nao.training.StandaloneTraining;
import org.nao.training.TrainingLoop;

/**
 * How long the parts of a search take on this machine, measured with the search's own classes on
 * noise of CIFAR-10's size.
 *
 * @param trainStepSeconds a supernet training step, its program made anew as in a large pool
 * @param evaluationSeconds an architecture on all evaluation images, its program made anew
 * @param standaloneStepSeconds a training step of one architecture alone
 * @param standaloneImageSeconds the evaluation of one image with it
 */
public record SearchRates(
    double trainStepSeconds,
    double evaluationSeconds,
    double standaloneStepSeconds,
    double standaloneImageSeconds,
    ControllerRates controller) {
  private static final int POOL = 1000;
  private static final int CONTROLLER_EPOCHS = 2;
  private static final int CONTROLLER_SEQUENCES = 100;
  private static final int STANDALONE_ARCHITECTURES = 3;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Says how far a training is. */
  private record Steps(Progress progress) implements TrainingLoop.Observer {
    @Override
    public void stepsDone(long step, double loss) {
      progress.update(step, "");
    }

    @Override
    public void epochDone(int epoch, long step, double loss, double accuracy) {
      // The steps say it.
    }
  }

  /**
   * The controller's part.
   *
   * @param epochSeconds of an epoch of its training on {@code sequences} architectures
   * @param sequences architectures that it was measured with
   * @param generationSeconds one step size for all seeds
   */
  public record ControllerRates(double epochSeconds, int sequences, double generationSeconds) {}

  private interface Work {
    void run();
  }

  /**
   * Measures, and shows on standard error how far it is.
   *
   * @param steps of each kind of training that are measured, after as many to warm up
   */
  public static SearchRates measure(
      Device device, SearchConfig config, NetworkShape shape, int steps) {
    final SearchSpace space = config.searchSpace();
    final Random random = new Random(config.seed());
    final List<Architecture> pool =
        Stream.generate(() -> space.random(random)).limit(POOL).toList();
    final int count =
        Math.max(Math.multiplyExact(config.batch(), steps), config.supernet().evaluationImages());
    final int[] all = IntStream.range(0, count).toArray();
    final Images images =
        new Images(
            NoiseImages.create(device, shape, count, random),
            new Split(
                Arrays.copyOf(all, config.batch() * steps),
                Arrays.copyOf(all, config.supernet().evaluationImages())));
    final double[] supernet = supernet(device, config, shape, space, pool, images);
    final double[] standalone;
    try (Progress progress =
        Progress.start("re-ranking", 0, STANDALONE_ARCHITECTURES, "architectures")) {
      standalone = standalone(progress, device, config, shape, space, pool, images);
    }
    return new SearchRates(
        supernet[0] / steps,
        supernet[1],
        standalone[0] / steps,
        standalone[1] / images.split().validation().length,
        controller(device, config, space, pool));
  }

  /** Seconds of an epoch, and of the evaluation of an architecture. */
  private static double[] supernet(
      Device device,
      SearchConfig config,
      NetworkShape shape,
      SearchSpace space,
      List<Architecture> pool,
      Images images) {
    final SupernetConfig how = config.supernet();
    try (Supernet net = new Supernet(device, space, shape);
        Progress progress =
            Progress.start(
                "training", 0, 2L * images.split().training().length / config.batch(), "steps")) {
      net.initialize(config.seed());
      final SupernetTraining training =
          new SupernetTraining(
              net,
              StepSource.of(
                  how.sampling(),
                  how.architecturesPerStep(),
                  ArchitectureSource.pool(pool, how.sampling(), space, shape),
                  space,
                  shape),
              images,
              how.recipe(),
              how.idleUpdate() == SupernetConfig.IdleUpdate.DECAY,
              config.epochs(),
              config.batch(),
              config.seed());
      final int steps = training.stepsPerEpoch();
      final StopRequest never = new StopRequest();
      final Steps shown = new Steps(progress);
      training.run(0, steps, never, shown);
      final double train = seconds(() -> training.run(steps, 2L * steps, never, shown));
      final PoolEvaluation evaluation =
          new PoolEvaluation(net, images.dataset(), how.bn(), how.evaluationBatch());
      final int perCall = PoolEvaluation.ARCHITECTURES_PER_CALL;
      evaluation.accuracies(pool.subList(0, perCall), images.split().validation());
      final double evaluate =
          seconds(
              () ->
                  evaluation.accuracies(
                      pool.subList(pool.size() - perCall, pool.size()),
                      images.split().validation()));
      return new double[] {train, evaluate / perCall};
    }
  }

  /** Seconds of an epoch, and of the evaluation of all validation images. */
  private static double[] standalone(
      Progress progress,
      Device device,
      SearchConfig config,
      NetworkShape shape,
      SearchSpace space,
      List<Architecture> pool,
      Images images) {
    final RerankingConfig how = config.reranking();
    double train = 0;
    double evaluate = 0;
    for (int i = 0; i < STANDALONE_ARCHITECTURES; i++) {
      try (StandaloneTraining training =
          new StandaloneTraining(
              device,
              space,
              shape.withAuxiliary(how.auxiliaryHead()),
              pool.get(i),
              images,
              how.recipe(),
              2,
              2,
              config.batch(),
              config.seed())) {
        final long half = training.totalSteps() / 2;
        final StopRequest never = new StopRequest();
        final long[] measured = new long[2];
        training.run(
            0,
            never,
            new TrainingLoop.Observer() {
              @Override
              public void stepsDone(long step, double loss) {
                // Only the time counts.
              }

              @Override
              public void epochDone(int epoch, long step, double loss, double accuracy) {
                measured[step == half ? 0 : 1] = System.nanoTime();
              }
            });
        train += (measured[1] - measured[0]) / NANOS_PER_SECOND;
        training.validationAccuracy();
        evaluate += seconds(training::validationAccuracy);
      }
      progress.update(i + 1L, "");
    }
    return new double[] {train / STANDALONE_ARCHITECTURES, evaluate / STANDALONE_ARCHITECTURES};
  }

  private static ControllerRates controller(
      Device device, SearchConfig config, SearchSpace space, List<Architecture> pool) {
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final List<int[]> sequences =
        pool.stream().limit(CONTROLLER_SEQUENCES).map(tokens::encode).toList();
    final double[] accuracies = new Random(config.seed()).doubles(sequences.size()).toArray();
    final List<int[]> seeds = sequences.subList(0, Math.min(config.seeds(), sequences.size()));
    try (Progress progress = Progress.start("controller", 0, 2L * CONTROLLER_EPOCHS, "epochs");
        Controller controller =
            new Controller(
                tokens.layout(),
                config.controller().withEpochs(CONTROLLER_EPOCHS),
                config.seed(),
                device)) {
      final Work train =
          () -> controller.train(sequences, accuracies, config.seed(), epoch -> {}, () -> false);
      train.run();
      progress.update(CONTROLLER_EPOCHS, "");
      final double training = seconds(train);
      progress.update(2L * CONTROLLER_EPOCHS, "");
      controller.generate(seeds, 1);
      final double generation = seconds(() -> controller.generate(seeds, 2));
      return new ControllerRates(
          training / CONTROLLER_EPOCHS,
          sequences.size(),
          generation * config.seeds() / seeds.size());
    }
  }

  private static double seconds(Work work) {
    final long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }
}
