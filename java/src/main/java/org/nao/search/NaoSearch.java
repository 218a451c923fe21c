package org.nao.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.Controller;
import org.nao.controller.TrainingHistory;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.run.Checkpoint;
import org.nao.run.Progress;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.run.Tensor;
import org.nao.search.SearchState.Phase;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.Supernet;
import org.nao.supernet.SupernetTraining;
import org.nao.training.Images;
import org.nao.training.Seeds;
import org.nao.training.StandaloneTraining;
import org.nao.training.TrainingLoop;

/**
 * NAO-V2. Every round trains a supernet on the pool, evaluates the pool with its weights and lets
 * the controller add architectures; after the last one the best are trained alone.
 *
 * <p>After every epoch and every phase a checkpoint is written. All random draws are functions of
 * the seed and the place in the search, so a resumed search finds what an uninterrupted one would.
 */
public final class NaoSearch implements AutoCloseable {
  private static final String ALGORITHM = "nao-v2";
  private static final String NETWORK_VALUE = "network.value";
  private static final String NETWORK_MOMENTUM = "network.momentum";
  private static final String CONTROLLER = "controller.";
  private static final double NANOS_PER_SECOND = 1e9;

  /** What a derived seed is for. */
  private enum Purpose {
    POOL,
    SPLIT,
    WEIGHTS,
    TRAINING,
    CONTROLLER_WEIGHTS,
    CONTROLLER_TRAINING,
    RERANKING,
    EVALUATION
  }

  private final RunFolder folder;
  private final SearchConfig config;
  private final StopRequest stop;
  private final Consumer<String> notices;
  private final SearchSpace space;
  private final ArchitectureFormat format;
  private final SearchState state;
  private final Device device;
  private final NetworkShape shape;
  private final Images images;
  private Map<String, Tensor> loaded = Map.of();
  private Optional<Controller> controller = Optional.empty();
  private Optional<Supernet> supernet = Optional.empty();
  private long phaseStart = System.nanoTime();

  /**
   * A search that begins, or goes on where the folder's checkpoint stands. Reads the data.
   *
   * @param folder belongs to the caller
   * @param notices hears sentences for the user
   */
  public NaoSearch(
      RunFolder folder, SearchConfig config, StopRequest stop, Consumer<String> notices) {
    this.folder = folder;
    this.config = config;
    this.stop = stop;
    this.notices = notices;
    space = config.searchSpace();
    format = ArchitectureFormat.integers(space);
    final ImageData data = DataSource.resolve(config.data()).load();
    final ImageSet set =
        (config.imageSize() == 0 ? data : data.paddedTo(config.imageSize())).training();
    shape =
        new NetworkShape(
            config.layers(),
            config.channels(),
            set.channels(),
            set.height(),
            set.width(),
            set.classes(),
            false);
    final Split split =
        Split.stratified(set.labels(), set.classes(), config.validation(), seed(Purpose.SPLIT, 0));
    state = restore();
    device = Device.open(config.device(), config.threads());
    if (state.phase != Phase.DONE
        && !state.device.isEmpty()
        && !state.device.equals(device.isa())) {
      notices.accept(
          "the run went on %s before and goes on on %s: from here on its numbers are no longer bit"
                  .formatted(state.device, device.isa())
              + " for bit those of an uninterrupted run.");
    }
    state.device = device.isa();
    try {
      images = Images.load(device, set, split);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** Searches to the end; empty if asked to stop before, a checkpoint is then written. */
  public Optional<SearchSummary> run() {
    while (state.phase != Phase.DONE) {
      if (stop.isRequested()) {
        return Optional.empty();
      }
      phaseStart = System.nanoTime();
      switch (state.phase) {
        case TRAIN -> train();
        case EVALUATE -> evaluate();
        case GENERATE -> generate();
        case RERANK -> rerank();
        case DONE -> throw new IllegalStateException("the search is done");
      }
    }
    final SearchSummary summary = summary();
    folder.writeSummary(summary);
    return Optional.of(summary);
  }

  @Override
  public void close() {
    controller.ifPresent(Controller::close);
    device.close();
  }

  private SearchState restore() {
    final Optional<Checkpoint.Loaded> checkpoint = folder.checkpoint().load();
    if (checkpoint.isPresent()) {
      checkpoint.get().warning().ifPresent(notices);
      folder.events().truncate(checkpoint.get().state().path("eventBytes").asLong());
      loaded = checkpoint.get().tensors();
      return SearchState.of(checkpoint.get().state());
    }
    folder.events().truncate(0);
    final SearchState fresh = new SearchState();
    final Pool pool = new Pool(config.duplicates());
    pool.addRandom(space, config.initialPool(), new SplittableRandom(seed(Purpose.POOL, 0)));
    pool.architectures().forEach(each -> fresh.pool.add(format.write(each)));
    return fresh;
  }

  private void train() {
    final Supernet net = supernet();
    final SupernetConfig how = config.supernet();
    if (state.step == 0 && (state.round == 0 || !how.warmStart())) {
      net.initialize(seed(Purpose.WEIGHTS, state.round));
    }
    final List<Architecture> pool = pool().architectures();
    final boolean dependent = how.schedule() == SupernetConfig.Schedule.DEPENDENT;
    final SupernetTraining training =
        new SupernetTraining(
            net,
            trained(pool, state.firstNew, how.trainOn()),
            how.sampling(),
            images,
            how.recipe(),
            how.idleUpdate() == SupernetConfig.IdleUpdate.DECAY,
            dependent ? config.rounds() * config.epochs() : config.epochs(),
            config.batch(),
            seed(Purpose.TRAINING, state.round));
    final long steps = (long) config.epochs() * training.stepsPerEpoch();
    final long start = dependent ? state.round * steps : 0;
    try (Progress progress = progress("training", state.step, steps, "steps")) {
      state.step =
          training.run(
                  start + state.step,
                  start + steps,
                  stop,
                  observer(progress, start, steps, net.network()))
              - start;
    }
    if (state.step == steps) {
      state.phase = Phase.EVALUATE;
      state.step = 0;
      if (how.scores() == SupernetConfig.Scores.FRESH) {
        state.accuracies.clear();
      }
    }
    save("train", networkTensors(net.network()));
  }

  /** The architectures that a round trains; in the first round all are new. */
  static List<Architecture> trained(
      List<Architecture> pool, int firstNew, SupernetConfig.TrainOn trainOn) {
    final boolean onlyNew = trainOn == SupernetConfig.TrainOn.NEW && firstNew < pool.size();
    return onlyNew ? pool.subList(firstNew, pool.size()) : pool;
  }

  private void evaluate() {
    final Supernet net = supernet();
    final boolean fixed =
        config.supernet().evaluationBatches() == SupernetConfig.EvaluationBatches.FIXED;
    final PoolEvaluation evaluation =
        new PoolEvaluation(
            net, images.dataset(), config.supernet().bn(), config.supernet().evaluationBatch());
    final List<Architecture> pool = pool().architectures();
    try (Progress progress =
        progress("evaluating", state.accuracies.size(), pool.size(), "architectures")) {
      while (state.accuracies.size() < pool.size() && !stop.isRequested()) {
        final int first = state.accuracies.size();
        final int count = fixed ? PoolEvaluation.ARCHITECTURES_PER_CALL : 1;
        final int end = Math.min(first + count, pool.size());
        for (final double accuracy :
            evaluation.accuracies(
                pool.subList(first, end), fixed ? firstImages() : randomImages(first))) {
          state.accuracies.add(accuracy);
        }
        progress.update(end, "");
      }
    }
    if (state.accuracies.size() == pool.size()) {
      final List<ScoredArchitecture> ranked = pool().ranked(state.accuracies);
      folder.writePool(
          state.round,
          ranked.stream().map(each -> format.write(each.architecture())).toList(),
          ranked.stream().mapToDouble(ScoredArchitecture::accuracy).toArray());
      event("evaluate", Map.of("pool", pool.size(), "best", ranked.get(0).accuracy()));
      state.phase = state.round + 1 < config.rounds() ? Phase.GENERATE : Phase.RERANK;
    }
    save(
        "evaluate",
        state.phase == Phase.EVALUATE || config.supernet().warmStart()
            ? networkTensors(net.network())
            : Map.of());
  }

  private int[] firstImages() {
    return Arrays.copyOf(images.split().validation(), config.supernet().evaluationImages());
  }

  /** Different validation images for one architecture in this round. */
  private int[] randomImages(int architecture) {
    final int[] validation = images.split().validation().clone();
    final int[] drawn = new int[config.supernet().evaluationImages()];
    final SplittableRandom random =
        new SplittableRandom(Seeds.derive(seed(Purpose.EVALUATION, state.round), architecture));
    for (int i = 0; i < drawn.length; i++) {
      final int j = random.nextInt(i, validation.length);
      drawn[i] = validation[j];
      validation[j] = validation[i];
    }
    return drawn;
  }

  /**
   * The controller's weights between two rounds are the state; a stop forgets this phase's work.
   */
  private void generate() {
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final Controller net = controller(tokens);
    final Pool pool = pool();
    final int epochs = config.controller().epochs();
    try (Progress progress = progress("controller", 0, epochs, "epochs")) {
      final TrainingHistory history =
          net.train(
              pool.architectures().stream().map(tokens::encode).toList(),
              state.accuracies.stream().mapToDouble(Double::doubleValue).toArray(),
              seed(Purpose.CONTROLLER_TRAINING, state.round),
              epoch ->
                  progress.update(
                      epoch.epoch(), String.format(Locale.ROOT, "loss %.4f", epoch.loss())),
              stop::isRequested);
      if (history.stopped()) {
        return;
      }
    }
    final List<Architecture> seeds =
        pool.ranked(state.accuracies).stream()
            .limit(config.seeds())
            .map(ScoredArchitecture::architecture)
            .toList();
    final List<Architecture> added =
        new CandidateGenerator(net, tokens)
            .addTo(pool, seeds, config.newArchitectures(), config.maxStepSize(), stop::isRequested);
    if (stop.isRequested()) {
      return;
    }
    if (added.size() < config.newArchitectures()) {
      notices.accept(
          "round %d: the controller found %d new architectures of %d wanted, up to step size %d."
              .formatted(
                  state.round + 1, added.size(), config.newArchitectures(), config.maxStepSize()));
    }
    event("generate", Map.of("added", added.size()));
    state.firstNew = state.pool.size();
    added.forEach(each -> state.pool.add(format.write(each)));
    state.round++;
    state.phase = Phase.TRAIN;
    save(
        "controller",
        config.supernet().warmStart() ? networkTensors(supernet().network()) : Map.of());
  }

  private void rerank() {
    final List<ScoredArchitecture> best = best();
    final int index = state.standalone.size();
    final RerankingConfig reranking = config.reranking();
    try (StandaloneTraining training =
            new StandaloneTraining(
                device,
                space,
                shape.withAuxiliary(reranking.auxiliaryHead()),
                best.get(index).architecture(),
                images,
                reranking.recipe(),
                reranking.epochs(),
                config.batch(),
                seed(Purpose.RERANKING, index));
        Progress progress =
            Progress.start(
                "stand-alone %d of %d".formatted(index + 1, best.size()),
                state.step,
                training.totalSteps(),
                "steps")) {
      if (state.step > 0) {
        restoreNetwork(training.network());
      }
      state.step =
          training.run(
              state.step, stop, observer(progress, 0, training.totalSteps(), training.network()));
      if (state.step < training.totalSteps()) {
        save("rerank", networkTensors(training.network()));
        return;
      }
      state.standalone.add(training.validationAccuracy());
    }
    state.step = 0;
    event("rerank", Map.of("index", index, "accuracy", state.standalone.get(index)));
    if (state.standalone.size() == best.size()) {
      folder.writeFinalPool(finalPool());
      state.phase = Phase.DONE;
    }
    save("rerank", Map.of());
  }

  /** Architectures trained alone, best first, then the others by one-shot accuracy. */
  private List<String> finalPool() {
    final List<String> lines = new ArrayList<>();
    summary().top().forEach(found -> lines.add(found.architecture()));
    pool().ranked(state.accuracies).stream()
        .skip(lines.size())
        .forEach(each -> lines.add(format.write(each.architecture())));
    return lines;
  }

  private SearchSummary summary() {
    final List<ScoredArchitecture> best = best();
    final List<SearchSummary.Found> top = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      final Architecture architecture = best.get(i).architecture();
      final ModelSize size = ModelSize.standalone(space, shape, architecture);
      top.add(
          new SearchSummary.Found(
              format.write(architecture),
              size.parameters(),
              size.macs(),
              best.get(i).accuracy(),
              state.standalone.get(i)));
    }
    top.sort(Comparator.comparingDouble(SearchSummary.Found::standaloneAccuracy).reversed());
    return new SearchSummary(
        ALGORITHM, config.seed(), state.seconds, config.rounds(), state.pool.size(), top);
  }

  private List<ScoredArchitecture> best() {
    return pool().ranked(state.accuracies).stream().limit(config.reranking().top()).toList();
  }

  private Pool pool() {
    final Pool pool = new Pool(config.duplicates());
    state.pool.forEach(line -> pool.add(format.parse(line)));
    return pool;
  }

  private Supernet supernet() {
    if (supernet.isEmpty()) {
      supernet = Optional.of(new Supernet(device, space, shape));
      restoreNetwork(supernet.get().network());
    }
    return supernet.get();
  }

  private Controller controller(ArchitectureTokens tokens) {
    if (controller.isEmpty()) {
      final int threads =
          config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
      final Controller made =
          new Controller(
              tokens.layout(), config.controller(), seed(Purpose.CONTROLLER_WEIGHTS, 0), threads);
      controller = Optional.of(made);
      final Map<String, float[]> weights = new HashMap<>();
      loaded.forEach(
          (name, tensor) -> {
            if (name.startsWith(CONTROLLER)) {
              weights.put(name.substring(CONTROLLER.length()), tensor.floats());
            }
          });
      if (!weights.isEmpty()) {
        made.restore(weights);
      }
    }
    return controller.get();
  }

  /** Takes a network's weights out of the checkpoint that this process began with, once. */
  private void restoreNetwork(Network network) {
    if (loaded.containsKey(NETWORK_VALUE)) {
      network.writeAll(TensorArray.VALUE, loaded.get(NETWORK_VALUE).floats());
      network.writeAll(TensorArray.MOMENTUM, loaded.get(NETWORK_MOMENTUM).floats());
      loaded = new HashMap<>(loaded);
      loaded.keySet().removeAll(List.of(NETWORK_VALUE, NETWORK_MOMENTUM));
    }
  }

  private Map<String, Tensor> networkTensors(Network network) {
    final float[] value = network.readAll(TensorArray.VALUE);
    final float[] momentum = network.readAll(TensorArray.MOMENTUM);
    requireFinite(value);
    requireFinite(momentum);
    return Map.of(
        NETWORK_VALUE, Tensor.of(value, value.length),
        NETWORK_MOMENTUM, Tensor.of(momentum, momentum.length));
  }

  /** The loss may stay finite one step longer than the weights. */
  private void requireFinite(float[] values) {
    for (final float value : values) {
      if (!Float.isFinite(value)) {
        throw new RunException(
            ("a weight became NaN or infinite by step %d of round %d; what was saved before it is kept;"
                    + " try a lower learning rate.")
                .formatted(state.step, state.round + 1));
      }
    }
  }

  private Map<String, Tensor> controllerTensors() {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (controller.isPresent()) {
      final Map<String, long[]> shapes = controller.get().stateShapes();
      controller
          .get()
          .state()
          .forEach(
              (name, values) ->
                  tensors.put(CONTROLLER + name, Tensor.of(values, shapes.get(name))));
    } else {
      loaded.forEach(
          (name, tensor) -> {
            if (name.startsWith(CONTROLLER)) {
              tensors.put(name, tensor);
            }
          });
    }
    return tensors;
  }

  private void save(String phase, Map<String, Tensor> network) {
    final long now = System.nanoTime();
    state.seconds.merge(phase, (now - phaseStart) / NANOS_PER_SECOND, Double::sum);
    phaseStart = now;
    final Map<String, Tensor> tensors = new LinkedHashMap<>(controllerTensors());
    tensors.putAll(network);
    folder.checkpoint().save(state.toJson(folder.events().sync()), tensors);
  }

  private void event(String phase, Map<String, Object> values) {
    final Map<String, Object> event = new LinkedHashMap<>();
    event.put("phase", phase);
    event.put("round", state.round);
    event.putAll(values);
    event.put("seconds", (System.nanoTime() - phaseStart) / NANOS_PER_SECOND);
    folder.events().append(event);
  }

  /** {@code start}: steps of the training that belong to earlier rounds. */
  private TrainingLoop.Observer observer(
      Progress progress, long start, long totalSteps, Network network) {
    final String phase = state.phase == Phase.TRAIN ? "train" : "rerank";
    return new TrainingLoop.Observer() {
      @Override
      public void stepsDone(long step, double loss) {
        progress.update(step - start, String.format(Locale.ROOT, "loss %.3f", loss));
      }

      @Override
      public void epochDone(int epoch, long step, double loss, double accuracy) {
        final Map<String, Object> values = new LinkedHashMap<>();
        values.put("epoch", epoch);
        values.put("step", step);
        values.put("loss", loss);
        values.put("accuracy", accuracy);
        event(phase, values);
        state.step = step - start;
        // The end of a training is saved together with the change of phase.
        if (state.step < totalSteps) {
          save(phase, networkTensors(network));
        }
      }
    };
  }

  private Progress progress(String what, long first, long total, String unit) {
    return Progress.start(
        "round %d of %d, %s".formatted(state.round + 1, config.rounds(), what), first, total, unit);
  }

  private long seed(Purpose purpose, long index) {
    return Seeds.derive(config.seed(), purpose.ordinal(), index);
  }
}
