package org.nao.estimate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import org.nao.engine.Device;
import org.nao.engine.GpuState;
import org.nao.run.RunFolder;

/** Collects the parts of a run as they are measured. */
public final class Estimation {
  /** The new checkpoint, the present one and the one before it. */
  private static final int CHECKPOINTS_AT_ONCE = 3;

  private static final double SPAN_SECONDS = 2;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Instant begin;
  private final double span;
  private final List<Work> work = new ArrayList<>();
  private final Set<String> notes;
  private final Map<Object, Double> measured;
  private long checkpointBytes;
  private long keptBytes;

  /**
   * One without parts.
   *
   * @param begin since when the run would have been preparing
   * @param span seconds for which steps are measured at least, other pieces half as long
   */
  public Estimation(Instant begin, double span) {
    this(begin, span, new LinkedHashSet<>(), new HashMap<>());
  }

  private Estimation(Instant begin, double span, Set<String> notes, Map<Object, Double> measured) {
    this.begin = begin;
    this.span = span;
    this.notes = notes;
    this.measured = measured;
  }

  /** One of a part that begins now; it shares notes and what was measured {@link #once}. */
  public Estimation part() {
    return new Estimation(Instant.now(), span, notes, measured);
  }

  /** Of a run that would be all that this process does. */
  public static Estimation ofProcess() {
    return new Estimation(
        ProcessHandle.current().info().startInstant().orElseGet(Instant::now), SPAN_SECONDS);
  }

  /** All is ready to work: what was spent so far, on reading data for example, counts. */
  public void ready() {
    add(
        "start",
        1,
        "process",
        Duration.between(begin, Instant.now()).toMillis() / MILLIS_PER_SECOND);
  }

  /** Adds a part, see {@link Work}; one without pieces is left out. */
  public void add(String phase, long count, String unit, double secondsEach) {
    if (count > 0) {
      work.add(new Work(phase, count, unit, secondsEach));
    }
  }

  /** Says what was not measured as it will be. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  /** Files of that size will stay in the run folder. */
  public void keep(long bytes) {
    keptBytes += bytes;
  }

  /** Adds the saving of {@code count} checkpoints, of which two are written to be measured. */
  public void checkpoints(long count, RunFolder folder, Runnable save) {
    save.run();
    add("checkpoints", count, "checkpoint", seconds(save));
    checkpoint(folder.checkpoint().bytes());
  }

  /** A checkpoint of that size will be written; the largest counts. */
  public void checkpoint(long bytes) {
    checkpointBytes = Math.max(checkpointBytes, bytes);
  }

  /** The parts so far. */
  public double seconds() {
    return work.stream().mapToDouble(Work::seconds).sum();
  }

  /** The bytes of {@link #keep} so far. */
  public long keptBytes() {
    return keptBytes;
  }

  /** Bytes of the largest checkpoint so far. */
  public long checkpointBytes() {
    return checkpointBytes;
  }

  /** What the parts add up to. The process must still hold all that the run holds at once. */
  public Cost finish(Device device) {
    return new Cost(
        device.isa(),
        device.threads(),
        work,
        seconds(),
        PeakMemory.bytes(),
        GpuState.of(device).map(GpuState::memoryUsedBytes).orElse(0L),
        CHECKPOINTS_AT_ONCE * checkpointBytes + keptBytes,
        List.copyOf(notes));
  }

  /**
   * A measured value, which parts have in common.
   *
   * @param key equal ones are measured once
   */
  public double once(Object key, DoubleSupplier measurement) {
    final Double known = measured.get(key);
    if (known != null) {
      return known;
    }
    final double value = measurement.getAsDouble();
    measured.put(key, value);
    return value;
  }

  /** How long something takes. */
  public static double seconds(Runnable work) {
    final long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }

  /** Seconds of a training step, a mean; a training that ends too soon is repeated. */
  public double stepSeconds(StepTime.FromTheFirst training) {
    return StepTime.seconds(training, span);
  }

  /**
   * Seconds for one of {@code total} items, where {@code work} does the first so many of them at
   * once: more and more until that takes long enough, or all.
   *
   * @param few to begin with, for example a batch
   */
  public double secondsEach(int total, int few, IntConsumer work) {
    int count = Math.min(few, total);
    work.accept(count);
    double seconds = seconds(count, work);
    while (seconds < span / 2 && count < total) {
      count = (int) Math.min(2L * count, total);
      seconds = seconds(count, work);
    }
    return seconds / count;
  }

  private static double seconds(int count, IntConsumer work) {
    return seconds(() -> work.accept(count));
  }
}
