package org.nao.model.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.model.Timing;
import org.nao.network.NetworkShape;
import org.nao.network.SizedOperation;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Progress;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;

/**
 * Measures the networks of a space and a shape on a device: forward passes with running statistics,
 * as {@code nao evaluate} does them, with random weights.
 */
public final class LatencyMeter {
  /** Architectures whose operations are looked for. */
  private static final int LOOKED_THROUGH = 1000;

  /** Networks by which the sum over operations is calibrated. */
  private static final int CALIBRATING = 12;

  private static final int FEW_COPIES = 1;
  private static final int MANY_COPIES = 5;
  private static final int PASSES = 15;
  private static final int WARM_UP = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Device device;
  private final SearchSpace space;
  private final NetworkShape shape;
  private final StandaloneNetworks networks;
  private final int batch;
  private final float[] images;

  /** {@code batch}: images of a pass. */
  public LatencyMeter(Device device, SearchSpace space, NetworkShape shape, int batch) {
    this.device = device;
    this.space = space;
    this.shape = shape.withAuxiliary(false);
    this.batch = batch;
    networks = NetworkFamilies.standalone(space, this.shape);
    images = new float[batch * shape.imageChannels() * shape.height() * shape.width()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) Math.sin(i);
    }
  }

  /** Measures the operations that random architectures have, and calibrates their sums. */
  public LatencyTable table(RandomGenerator random) {
    final Set<SizedOperation> operations = new LinkedHashSet<>();
    for (int i = 0; i < LOOKED_THROUGH; i++) {
      operations.addAll(networks.operations(space.random(random)).keySet());
    }
    final Map<String, Double> millis = new TreeMap<>();
    final int steps = operations.size() + CALIBRATING;
    try (Progress progress = Progress.start("latencies", 0, steps, "operations and networks")) {
      for (final SizedOperation each : operations) {
        millis.put(each.title(), millis(each));
        progress.update(millis.size(), "");
      }
      final LatencyTable table =
          new LatencyTable(
              device.isa(),
              device.threads(),
              batch,
              0,
              1,
              millis.values().stream().mapToDouble(Double::doubleValue).average().orElse(0),
              millis);
      return calibrated(table, random, progress, operations.size());
    }
  }

  private record Summed(Architecture architecture, double sum) {}

  private LatencyTable calibrated(
      LatencyTable table, RandomGenerator random, Progress progress, int done) {
    final List<Summed> bySum =
        Stream.generate(() -> space.random(random))
            .limit(CALIBRATING * CALIBRATING)
            .map(each -> new Summed(each, table.sum(networks.operations(each))))
            .sorted(Comparator.comparingDouble(Summed::sum))
            .toList();
    final double[] sums = new double[CALIBRATING];
    final double[] measured = new double[CALIBRATING];
    for (int i = 0; i < CALIBRATING; i++) {
      // From the smallest to the largest, so that a line through them is sure of its slope.
      final Summed network = bySum.get(i * (bySum.size() - 1) / (CALIBRATING - 1));
      sums[i] = network.sum();
      measured[i] = millis(network.architecture());
      progress.update(done + i + 1L, "");
    }
    return Line.through(sums, measured, table);
  }

  /** A whole network. */
  public double millis(Architecture architecture) {
    try (Pass pass = new Pass(networks.program(architecture))) {
      return Timing.of(batch, pass).medianMillis();
    }
  }

  /** A table's prediction beside a measurement. */
  public LatencyCheck check(LatencyTable table, Architecture architecture) {
    return new LatencyCheck(table.millis(networks.operations(architecture)), millis(architecture));
  }

  /**
   * A table's predictions beside measurements of random networks.
   *
   * @param count how many
   */
  public LatencyReport check(LatencyTable table, int count, RandomGenerator random) {
    final List<LatencyCheck> checks = new ArrayList<>();
    try (Progress progress = Progress.start("networks", 0, count, "networks")) {
      for (int i = 0; i < count; i++) {
        checks.add(check(table, space.random(random)));
        progress.update(i + 1L, "");
      }
    }
    return LatencyReport.of(table, checks);
  }

  /** What one more of an operation takes beside others. */
  private double millis(SizedOperation operation) {
    try (Pass few = new Pass(operation.program(shape, FEW_COPIES));
        Pass many = new Pass(operation.program(shape, MANY_COPIES))) {
      final double[] fewMillis = new double[PASSES];
      final double[] manyMillis = new double[PASSES];
      for (int i = -WARM_UP; i < PASSES; i++) {
        final double first = millis(few);
        final double second = millis(many);
        if (i >= 0) {
          fewMillis[i] = first;
          manyMillis[i] = second;
        }
      }
      return Math.max(0, median(manyMillis) - median(fewMillis)) / (MANY_COPIES - FEW_COPIES);
    }
  }

  private static double millis(Pass pass) {
    final long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** A forward pass of a network with random weights. */
  private final class Pass implements Runnable, AutoCloseable {
    private final Network network;
    private final Program program;

    Pass(StandaloneProgram standalone) {
      network = Networks.create(device, standalone.table());
      Networks.initialize(network, standalone.table(), 1);
      program = Program.create(network, standalone.words());
    }

    @Override
    public void run() {
      network.forward(program, images, new int[batch], Statistics.RUNNING);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
