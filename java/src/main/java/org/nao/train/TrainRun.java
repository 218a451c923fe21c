package org.nao.train;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.model.CroppedImages;
import org.nao.model.Evaluation;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.model.OpenModel;
import org.nao.model.SupernetFile;
import org.nao.network.ModelSize;
import org.nao.network.NamedNetwork;
import org.nao.run.Checkpoint;
import org.nao.run.ConfigFiles;
import org.nao.run.EventLog;
import org.nao.run.Input;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.run.Sha256;
import org.nao.run.StopRequest;
import org.nao.run.Tensor;
import org.nao.run.UsedMachine;
import org.nao.training.EpochSums;
import org.nao.training.Images;
import org.nao.training.NetworkTensors;
import org.nao.training.Seeds;
import org.nao.training.StandaloneTraining;
import org.nao.training.TrainingLoop;

/**
 * The training of one architecture in a run folder. A checkpoint follows every epoch; a resumed
 * training ends with the same weights, bit for bit. The weights of the epoch with the highest
 * validation accuracy become the model file; only then the test images are looked at, once.
 */
public final class TrainRun implements AutoCloseable {
  /** Name of the table of right and wrong answers in the run folder. */
  public static final String CONFUSION = "confusion.csv";

  private static final String BEST = "best";
  private static final int GREY_OR_COLOR = 3;
  private static final int SPLIT_SEED = 3;
  private static final int STEP_SEED = 1;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Set<String> ONLY_WHERE =
      Set.of("data", "device", "threads", "weights", "supernet");

  private final RunFolder folder;
  private final TrainConfig config;
  private final StopRequest stop;
  private final ImageData data;
  private final Split split;
  private final Device device;
  private final StandaloneTraining training;
  private final Images validation;
  private final ModelInfo info;
  private float[] best;
  private TrainState state;
  private long clock = System.nanoTime();

  /** As below, with the data that the configuration names. */
  public TrainRun(
      RunFolder folder, TrainConfig config, StopRequest stop, Consumer<String> notices) {
    this(folder, config, DataSource.resolve(config.data()).load(config.form()), stop, notices);
  }

  /**
   * A training that begins, or goes on where the folder's checkpoint stands.
   *
   * @param folder belongs to the caller
   * @param data the images, in the configuration's form
   * @param notices hears sentences for the user
   */
  public TrainRun(
      RunFolder folder,
      TrainConfig config,
      ImageData data,
      StopRequest stop,
      Consumer<String> notices) {
    this.folder = folder;
    this.config = config;
    this.stop = stop;
    this.data = data;
    final String sha256 = data.sha256();
    folder.tieTo(inputs(sha256));
    final long splitSeed = Seeds.derive(config.seed(), SPLIT_SEED);
    split =
        Split.stratified(
            data.training().labels(), data.training().classes(), config.validation(), splitSeed);
    info = info(sha256, splitSeed);
    checkImages();
    final Optional<Checkpoint.Loaded> checkpoint = folder.checkpoint().load();
    device = Device.open(config.device(), config.threads(), config.precision(), config.libraries());
    folder.noteMachine(UsedMachine.present(device.isa()));
    try {
      final Images images = Images.load(device, data.training(), split);
      training =
          new StandaloneTraining(
              device,
              info.networks(info.shape().withAuxiliary(config.auxiliaryHead())),
              info.parsed(),
              info.title(),
              images,
              config
                  .augmentation()
                  .addTo(config.recipe().toTraining(Seeds.derive(config.seed(), STEP_SEED)))
                  .labelSmoothing((float) config.labelSmoothing())
                  .averageDecay((float) config.ema())
                  .microBatch(config.accumulate() > 1 ? config.batch() : 0)
                  .build(),
              config.rates(),
              config.epochs(),
              config.batch() * config.accumulate(),
              config.seed());
      validation = validation().orElse(images);
      state = checkpoint.isPresent() ? restored(checkpoint.get(), notices) : begun(notices);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  Device device() {
    return device;
  }

  /** The network and its training. */
  StandaloneTraining training() {
    return training;
  }

  int validationImages() {
    return split.validation().length;
  }

  int testImages() {
    return data.test().count();
  }

  private List<Input> inputs(String dataSha256) {
    final List<Input> inputs = new ArrayList<>();
    inputs.add(new Input("data set", DataSource.place(config.data()), dataSha256));
    if (!config.weights().isEmpty()) {
      inputs.add(
          new Input("file of weights", config.weights(), Sha256.of(Path.of(config.weights()))));
    }
    if (!config.supernet().isEmpty()) {
      inputs.add(new Input("supernet", config.supernet(), Sha256.of(Path.of(config.supernet()))));
    }
    return inputs;
  }

  private ModelInfo info(String sha256, long splitSeed) {
    final ModelInfo.TrainedOn trainedOn =
        new ModelInfo.TrainedOn(config.data(), sha256, config.validation(), splitSeed);
    if (!config.network().isEmpty()) {
      return new ModelInfo(
          NamedNetwork.of(config.network()),
          data.training(),
          config.augmentation().randomResizedCrop(),
          trainedOn);
    }
    return new ModelInfo(
        config.architecture(),
        config.space(),
        config.nodes(),
        config.operations(),
        config.layers(),
        config.channels(),
        config.stem(),
        data.training(),
        config.augmentation().randomResizedCrop(),
        trainedOn);
  }

  private void checkImages() {
    final int images = split.training().length;
    if (config.accumulate() > 1 && (long) config.accumulate() * config.batch() > images) {
      throw new InvalidValue(
          "accumulate",
          "is %d: a step would take %d x %d images, more than the %d training images"
              .formatted(config.accumulate(), config.accumulate(), config.batch(), images));
    }
    final int channels = data.training().channels();
    if (config.augmentation().changesColors() && channels != 1 && channels != GREY_OR_COLOR) {
      throw new UserException(
          "%s: its images have %d channels; --auto-augment and --color-jitter need 1 or 3"
              .formatted(data.name(), channels));
    }
  }

  /** The images to validate with, where they are not among those to train with as they are. */
  private Optional<Images> validation() {
    if (!info.cropped() || split.validation().length == 0) {
      return Optional.empty();
    }
    final ImageSet set = CroppedImages.of(data.training(), split.validation(), info.height());
    return Optional.of(Images.load(device, set, new Split(new int[0], all(set.count()))));
  }

  /** The accuracy of what is kept on the first {@code count} validation images. */
  double validate(int count) {
    final int[] images = Arrays.copyOf(validation.split().validation(), count);
    return ofKept(() -> training.accuracy(validation.dataset(), images));
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private TrainState begun(Consumer<String> notices) {
    folder.events().resume(EventLog.Mark.START);
    if (!config.weights().isEmpty()) {
      ModelFile.load(Path.of(config.weights()), training.network(), training.table());
    }
    if (!config.supernet().isEmpty()) {
      final int inherited =
          SupernetFile.open(Path.of(config.supernet()))
              .inherit(
                  config.searchSpace(),
                  info.shape(),
                  config.parsed(),
                  training.network(),
                  training.table());
      notices.accept(
          "%d of the network's %d tensors are those of the supernet, the others are drawn."
              .formatted(inherited, training.table().size()));
    }
    if (config.ema() > 0) {
      training.network().beginAverage();
    }
    return new TrainState(
        0, Map.of(), -1, 0, 0, device.isa(), EventLog.Mark.START, ConfigFiles.written(config));
  }

  private TrainState restored(Checkpoint.Loaded checkpoint, Consumer<String> notices) {
    checkpoint.warning().ifPresent(notices);
    final TrainState saved = checkpoint.state(TrainState.class);
    ConfigFiles.requireSame(checkpoint.file(), saved.config(), config, ONLY_WHERE);
    folder.events().resume(saved.events()).ifPresent(notices);
    Checkpoint.fitting(
        checkpoint.file(), () -> NetworkTensors.restore(training.network(), checkpoint.tensors()));
    if (checkpoint.tensors().containsKey(BEST)) {
      best = checkpoint.tensors().get(BEST).floats();
    }
    if (!saved.device().equals(device.isa())) {
      notices.accept(
          ("the training went on %s before and goes on on %s: from here on its numbers are no"
                  + " longer bit for bit those of an uninterrupted one.")
              .formatted(saved.device(), device.isa()));
    }
    return saved;
  }

  /** Does something while what is validated and kept is in place: the average, if there is one. */
  private <T> T ofKept(Supplier<T> body) {
    final Network network = training.network();
    return network.hasAverage() ? network.withAverage(body) : body.get();
  }

  private float[] keptWeights() {
    return ofKept(() -> training.network().readAll(TensorArray.VALUE));
  }

  /** Keeps the present weights as the best. */
  void keepWeights() {
    best = keptWeights();
  }

  /** Trains to the end; empty if asked to stop before, a checkpoint is then written. */
  public Optional<TrainSummary> run() {
    final long total = training.totalSteps();
    try (Progress progress =
        Progress.start(
            "training, %d epochs".formatted(config.epochs()), state.step(), total, "steps")) {
      final long done = training.run(state.step(), stop, new Epochs(progress));
      if (done < total) {
        save(done, state.partial());
        return Optional.empty();
      }
    }
    if (best == null) {
      keepWeights();
    }
    final Path file = writeModel();
    final Optional<Evaluation> test = test(file);
    test.ifPresent(result -> result.writeCsv(folder.path().resolve(CONFUSION), info.classNames()));
    final Optional<TrainSummary> summary = test.map(this::summary);
    summary.ifPresent(folder::writeSummary);
    return summary;
  }

  /** Writes the model file of the best weights. */
  Path writeModel() {
    final Path file = folder.path().resolve(ModelFile.OF_TRAINING);
    ModelFile.write(file, info, ModelFile.weights(training.table(), best));
    return file;
  }

  private Optional<Evaluation> test(Path file) {
    try (Progress progress = Progress.start("test images", 0, testImages(), "images")) {
      return test(file, testImages(), done -> progress.update(done, ""));
    }
  }

  /**
   * What a model file makes of the first {@code count} test images; empty after a stop.
   *
   * @param observer hears how many are done
   */
  Optional<Evaluation> test(Path file, int count, IntConsumer observer) {
    final int[] all = all(count);
    final ImageSet set =
        info.cropped() ? CroppedImages.of(data.test(), all, info.height()) : data.test();
    try (OpenModel model = new OpenModel(device, ModelFile.open(file))) {
      final Evaluation result =
          Evaluation.of(model, info, set, all, config.batch(), observer, stop);
      return result.images() == all.length ? Optional.of(result) : Optional.empty();
    }
  }

  private TrainSummary summary(Evaluation test) {
    final ModelSize size = info.networks().size(info.parsed());
    final boolean chosen = state.bestEpoch() >= 0;
    final double images = (double) config.epochs() * split.training().length;
    return new TrainSummary(
        info.architecture(),
        info.space(),
        info.network(),
        info.layers(),
        info.channels(),
        size.parameters(),
        size.macs(),
        config.epochs(),
        chosen ? state.bestEpoch() + 1 : config.epochs(),
        chosen ? state.bestAccuracy() : null,
        test.top1(),
        test.top5(),
        test.loss(),
        info.classNames(),
        test.perClass().stream().map(each -> each.isNaN() ? null : each).toList(),
        state.seconds(),
        images / state.seconds(),
        ModelFile.OF_TRAINING);
  }

  void save(long step, Map<String, Double> partial) {
    state =
        new TrainState(
            step,
            partial,
            state.bestEpoch(),
            state.bestAccuracy(),
            state.seconds() + (System.nanoTime() - clock) / NANOS_PER_SECOND,
            device.isa(),
            folder.events().sync(),
            ConfigFiles.written(config));
    clock = System.nanoTime();
    final Map<String, Tensor> tensors =
        new LinkedHashMap<>(NetworkTensors.of(training.network(), "step " + step));
    if (best != null) {
      tensors.put(BEST, Tensor.of(best, best.length));
    }
    folder.checkpoint().save(state, tensors);
  }

  /** Validates, writes an event and a checkpoint after each epoch. */
  private final class Epochs implements TrainingLoop.Observer {
    private final Progress progress;

    private Epochs(Progress progress) {
      this.progress = progress;
    }

    @Override
    public EpochSums begunEpoch() {
      return EpochSums.of(state.partial());
    }

    @Override
    public void epochInterrupted(EpochSums sums) {
      state = with(state.bestEpoch(), state.bestAccuracy(), sums.values());
    }

    @Override
    public void stepsDone(long step, double loss) {
      progress.update(
          step,
          String.format(
              Locale.ROOT,
              "loss %.3f%s",
              loss,
              state.bestEpoch() < 0
                  ? ""
                  : String.format(Locale.ROOT, " best %.2f%%", 100 * state.bestAccuracy())));
    }

    @Override
    public void epochDone(int epoch, long step, double loss, double accuracy) {
      final Map<String, Object> event = new LinkedHashMap<>();
      event.put("phase", "train");
      event.put("epoch", epoch);
      event.put("step", step);
      event.put("learningRate", config.rates().rate(epoch));
      event.put("loss", loss);
      event.put("accuracy", accuracy);
      if (split.validation().length > 0) {
        final double validation = validate(validationImages());
        event.put("validationAccuracy", validation);
        if (state.bestEpoch() < 0 || validation > state.bestAccuracy()) {
          keepWeights();
          state = with(epoch, validation, Map.of());
        }
      }
      event.put("seconds", (System.nanoTime() - clock) / NANOS_PER_SECOND);
      event.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
      folder.events().append(event);
      save(step, Map.of());
    }

    private TrainState with(int bestEpoch, double bestAccuracy, Map<String, Double> partial) {
      return new TrainState(
          state.step(),
          partial,
          bestEpoch,
          bestAccuracy,
          state.seconds(),
          state.device(),
          state.events(),
          state.config());
    }
  }

  @Override
  public void close() {
    training.close();
    device.close();
  }
}
