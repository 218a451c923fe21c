package org.nao.search.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.engine.GpuState;
import org.nao.engine.Network;
import org.nao.error.UserException;
import org.nao.model.latency.LatencyMeter;
import org.nao.model.latency.LatencyTable;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.ranks.Placement;
import org.nao.run.Checkpoint;
import org.nao.run.ConfigFiles;
import org.nao.run.EventLog;
import org.nao.run.Input;
import org.nao.run.Progress;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.StopRequest;
import org.nao.run.Tensor;
import org.nao.run.UsedMachine;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchState.Phase;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.supernet.GradientExchange;
import org.nao.training.Images;
import org.nao.training.NetworkTensors;
import org.nao.training.Seeds;

/**
 * What a search of any algorithm works with: run folder, data on the device, state, checkpoints,
 * events and seeds.
 */
public final class SearchSession implements AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Keys that say where a search runs and where its images lie, but not what it finds. */
  static final Set<String> ONLY_WHERE = Set.of("data", "device", "threads");

  private static final long GPU_INTERVAL_NANOS = 1_000_000_000;

  private final Crew crew;
  private GradientExchange exchange;
  private final RunFolder folder;
  private final SearchConfig config;
  private final StopRequest stop;
  private final Consumer<String> notices;
  private final SearchSpace space;
  private final ArchitectureFormat format;
  private final SearchState state;
  private final boolean fresh;
  private final Device device;
  private final NetworkShape shape;
  private final Optional<LatencyTable> latencies;
  private final Optional<PredictedLatency> latency;
  private final ImageSet set;
  private final String dataSha256;
  private final Images images;
  private final Map<String, Tensor> loaded = new LinkedHashMap<>();
  private final Optional<Path> loadedFrom;
  private Supplier<Map<String, Tensor>> carried = Map::of;
  private String gpuBrief = "";
  private long gpuAsked = Long.MIN_VALUE;
  private long clockStart = System.nanoTime();

  /** Reads the folder's checkpoint, if there is one. */
  public SearchSession(
      RunFolder folder,
      SearchConfig config,
      ImageData data,
      StopRequest stop,
      Consumer<String> notices,
      Crew crew) {
    this.crew = crew;
    exchange = GradientExchange.host(crew.ranks());
    this.folder = folder;
    this.config = config;
    this.stop = stop;
    this.notices = notices;
    space = config.searchSpace();
    format = ArchitectureFormat.natural(space);
    dataSha256 = data.sha256();
    folder.tieTo(List.of(new Input("data set", DataSource.place(config.data()), dataSha256)));
    set = data.training();
    shape = config.shape(set);
    final Split split =
        Split.stratified(set.labels(), set.classes(), config.validation(), seed(Purpose.SPLIT, 0));
    final Optional<Checkpoint.Loaded> checkpoint = folder.checkpoint().load();
    fresh = checkpoint.isEmpty();
    loadedFrom = checkpoint.map(Checkpoint.Loaded::file);
    device =
        Device.open(
            Placement.device(config.device()),
            crew.ranks().threads(config.threads()),
            config.precision(),
            config.libraries());
    try {
      latencies =
          config.maxLatency() > 0 || config.latencyObjective().counts()
              ? Optional.of(latencyTable())
              : Optional.empty();
      latency = latencies.map(table -> new PredictedLatency(networks(), table));
      state = checkpoint.isPresent() ? restored(checkpoint.get()) : begun();
      noteDevice(device.isa());
      images = Images.load(device, set, split);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** Measured at the beginning; a search that goes on keeps to it wherever it runs. */
  private LatencyTable latencyTable() {
    final Path file = folder.path().resolve(RunFolder.LATENCIES);
    if (fresh && !Files.exists(file)) {
      SealedJson.write(file, latencyMeter().table(new SplittableRandom(seed(Purpose.LATENCY, 0))));
    }
    return ConfigFiles.read(file, LatencyTable.class);
  }

  /** The stand-alone networks of its architectures. */
  private StandaloneNetworks networks() {
    return NetworkFamilies.standalone(space, shape);
  }

  /** What measures the latency of its networks for an image. */
  public LatencyMeter latencyMeter() {
    return new LatencyMeter(device, space, shape, 1);
  }

  /** The latencies that architectures are limited or ranked by, if they are. */
  public Optional<LatencyTable> latencies() {
    return latencies;
  }

  private SearchState restored(Checkpoint.Loaded checkpoint) {
    checkpoint.warning().ifPresent(notices);
    final SavedState saved = checkpoint.state(SavedState.class);
    ConfigFiles.requireSame(checkpoint.file(), saved.config(), config, ONLY_WHERE);
    folder
        .events()
        .resume(new EventLog.Mark(saved.eventBytes(), saved.eventCrc32c()))
        .ifPresent(notices);
    folder.rememberWritten(saved.files()).forEach(notices);
    loaded.putAll(checkpoint.tensors());
    try {
      return SearchState.of(saved, emptyPool(), objective(), format);
    } catch (UserException e) {
      throw new RunException("%s: %s.".formatted(checkpoint.file(), e.getMessage()), e);
    }
  }

  private SearchState begun() {
    folder.events().resume(EventLog.Mark.START);
    return new SearchState(emptyPool(), objective());
  }

  /** The configuration as it would be read from a file. */
  private ObjectNode configTree() {
    return ConfigFiles.written(config);
  }

  private void noteDevice(String isa) {
    if (state.phase != Phase.DONE && !state.device.isEmpty() && !state.device.equals(isa)) {
      notices.accept(
          "the run went on %s before and goes on on %s: from here on its numbers are no longer bit"
                  .formatted(state.device, isa)
              + " for bit those of an uninterrupted run.");
    }
    state.device = isa;
  }

  public RunFolder folder() {
    return folder;
  }

  public SearchConfig config() {
    return config;
  }

  public StopRequest stop() {
    return stop;
  }

  public SearchSpace space() {
    return space;
  }

  /** The text form of architectures in checkpoints and files. */
  public ArchitectureFormat format() {
    return format;
  }

  public SearchState state() {
    return state;
  }

  /** Whether no checkpoint was there. */
  public boolean isFresh() {
    return fresh;
  }

  public Device device() {
    return device;
  }

  /** Who works on it at the same time. */
  public Crew crew() {
    return crew;
  }

  /** Once all ranks are known to do the same; notes the machine, too. */
  public void agreeOnExchange() {
    if (config.scoring() != Scoring.STANDALONE) {
      exchange = GradientExchange.agree(crew.ranks(), device, crew.exchange());
      exchange.sentence().ifPresent(notices);
    }
    final UsedMachine machine = UsedMachine.present(device.isa());
    folder.noteMachine(crew.ranks().size() > 1 ? machine.exchanging(exchange.name()) : machine);
  }

  /** How ranks exchange gradients. */
  public GradientExchange exchange() {
    return exchange;
  }

  /** The search's networks, without auxiliary head. */
  public NetworkShape shape() {
    return shape;
  }

  /** The images as they lie in memory. */
  public ImageSet set() {
    return set;
  }

  /** SHA-256 of the data set. */
  public String dataSha256() {
    return dataSha256;
  }

  public Images images() {
    return images;
  }

  /** The seed for the {@code index}-th use of a purpose. */
  public long seed(Purpose purpose, long index) {
    return Seeds.derive(config.seed(), purpose.ordinal(), index);
  }

  /** Tells the user a sentence. */
  public void notice(String sentence) {
    notices.accept(sentence);
  }

  /** How large architectures may be. */
  public Constraints constraints() {
    return new Constraints(
        space,
        shape,
        config.maxParameters(),
        config.maxMacs(),
        config.maxLatency() > 0
            ? latency.map(each -> new LatencyLimit(config.maxLatency(), each))
            : Optional.empty());
  }

  private SearchObjective objective() {
    return new SearchObjective(config.latencyObjective(), latency);
  }

  /** A new pool without architectures, as the configuration wants it. */
  private Pool emptyPool() {
    return new Pool(config.duplicates(), constraints());
  }

  /** Writes the round's files of the pool, best first, the candidates, and an event. */
  public void writePool() {
    final List<ScoredArchitecture> ranked = state.ranked();
    folder.writePool(
        state.round,
        ranked.stream().map(each -> format.write(each.architecture())).toList(),
        ranked.stream().mapToDouble(ScoredArchitecture::accuracy).toArray());
    writeCandidates();
    event(
        SearchState.EVALUATE, Map.of("pool", state.pool.size(), "best", ranked.get(0).accuracy()));
  }

  /** Writes {@code candidates.csv}, see {@link CandidatesFile}. */
  public void writeCandidates() {
    CandidatesFile.write(folder.path(), candidates());
  }

  /** All architectures found so far, with what is known of them. */
  public List<Candidate> candidates() {
    return Candidate.of(state, format, networks(), latency);
  }

  /** Starts to measure the time until the next {@link #save}. */
  public void startClock() {
    clockStart = System.nanoTime();
  }

  /** Seconds since {@link #startClock} or the last {@link #save}. */
  public double clockSeconds() {
    return (System.nanoTime() - clockStart) / NANOS_PER_SECOND;
  }

  /** Names the tensors that every checkpoint holds. */
  public void carry(Supplier<Map<String, Tensor>> tensors) {
    carried = tensors;
  }

  /** The tensors of that prefix in the checkpoint that this process began with. */
  public Map<String, Tensor> loaded(String prefix) {
    final Map<String, Tensor> found = new LinkedHashMap<>(loaded);
    found.keySet().removeIf(name -> !name.startsWith(prefix));
    return found;
  }

  /** As {@link #loaded}, by name without the prefix; the next call finds nothing. */
  public Map<String, Tensor> takeTensors(String prefix) {
    final Map<String, Tensor> taken = new LinkedHashMap<>();
    loaded(prefix).forEach((name, tensor) -> taken.put(name.substring(prefix.length()), tensor));
    loaded.keySet().removeIf(name -> name.startsWith(prefix));
    return taken;
  }

  /** As {@link #loaded}, values by name without the prefix; the next call finds nothing. */
  public Map<String, float[]> take(String prefix) {
    final Map<String, float[]> values = new HashMap<>();
    takeTensors(prefix).forEach((name, tensor) -> values.put(name, tensor.floats()));
    return values;
  }

  /**
   * Puts tensors of the checkpoint that this process began with where they belong.
   *
   * @param restore throws IllegalArgumentException where they do not fit
   * @throws RunException in its place, naming the checkpoint
   */
  public <T> T fitting(Supplier<T> restore) {
    return loadedFrom.map(file -> Checkpoint.fitting(file, restore)).orElseGet(restore);
  }

  /** Takes a network's weights out of the checkpoint that this process began with, once. */
  public void restoreNetwork(Network network) {
    fitting(() -> NetworkTensors.restore(network, loaded(NetworkTensors.PREFIX)));
    loaded.keySet().removeIf(name -> name.startsWith(NetworkTensors.PREFIX));
  }

  /** A network's weights and momentum, for {@link #save}. */
  public Map<String, Tensor> networkTensors(Network network) {
    return NetworkTensors.of(network, "step %d of round %d".formatted(state.step, state.round + 1));
  }

  /** Writes a checkpoint; the time since the clock started counts for {@code phase}. */
  public void save(String phase, Map<String, Tensor> tensors) {
    state.seconds.merge(phase, clockSeconds(), Double::sum);
    startClock();
    final Map<String, Tensor> all = new LinkedHashMap<>(carried.get());
    all.putAll(tensors);
    folder
        .checkpoint()
        .save(state.saved(format, folder.events().sync(), folder.written(), configTree()), all);
  }

  /** Appends to the event log. */
  public void event(String phase, Map<String, Object> values) {
    final Map<String, Object> event = new LinkedHashMap<>();
    event.put("phase", phase);
    event.put("round", state.round);
    event.putAll(values);
    event.put("seconds", clockSeconds());
    event.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    GpuState.of(device).ifPresent(state -> event.put("gpu", state));
    folder.events().append(event);
  }

  /**
   * What the GPU is doing, in a few words for a progress line; empty without one. Asked once a
   * second.
   */
  public String gpuBrief() {
    final long now = System.nanoTime();
    if (gpuAsked == Long.MIN_VALUE || now - gpuAsked > GPU_INTERVAL_NANOS) {
      gpuAsked = now;
      gpuBrief = GpuState.of(device).map(state -> ", " + state.brief()).orElse("");
    }
    return gpuBrief;
  }

  /** Progress of a phase of this round. */
  public Progress progress(String what, long first, long total, String unit) {
    return Progress.start(
        "round %d of %d, %s".formatted(state.round + 1, config.rounds(), what), first, total, unit);
  }

  @Override
  public void close() {
    exchange.close();
    device.close();
  }
}
