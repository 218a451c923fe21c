package org.nao.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.KernelTime;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Training;
import org.nao.error.InvalidValue;
import org.nao.training.Networks;

/**
 * Measures every kernel that training steps of the programs call, at every shape, inside those
 * steps: with the operands, the neighbours on other threads and the caches it has there. A GPU runs
 * each call alone while it is measured.
 *
 * @param workload network and programs
 * @param batch N, images per step
 * @param warmUp steps before the measured ones
 * @param repetitions measured steps per program
 * @param seed of weights and images
 */
public record KernelBenchmark(
    Workload workload, int batch, int warmUp, int repetitions, long seed) {

  /** Keeps all values as drawn while the step does all its work. */
  private static final float[] LEARNING_RATE = {0};

  /** Everything that a step of the search does: every kernel has work. */
  private static final Training TRAINING =
      Training.builder().dropPathKeep(0.9f).cropPadding(4).flip(true).build();

  private static final double GIGA = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  public KernelBenchmark {
    Workload.positive("batch", batch);
    Workload.positive("repetitions", repetitions);
    if (warmUp < 0) {
      throw new InvalidValue("warmUp", "is %d, allowed: at least 0".formatted(warmUp));
    }
  }

  /**
   * One kernel at one shape.
   *
   * @param kernel its family
   * @param shape channels, output size, window and stride; empty where calls of all sizes count
   *     together
   * @param callsPerStep mean over the programs
   * @param firstCall position of its first call among all calls of the first step that has it
   * @param millis of a call, median over programs and repetitions; on a CPU that of its threads
   *     together, as if none waited
   * @param gigabytesPerSecond of the bytes it has to move at least
   * @param gflops two operations for each multiply-add
   * @param shareOfCopy {@code gigabytesPerSecond} of the copy ceiling
   * @param shareOfMultiplyAdd {@code gflops} of the fp32 multiply-add ceiling
   * @param shareOfTf32 {@code gflops} of the tf32 tensor core ceiling; 0 without tensor cores
   * @param shareOfBf16 {@code gflops} of the bf16 tensor core ceiling; 0 without tensor cores
   * @param library of NVIDIA that was tried for it; empty: none
   * @param libraryMillis of a call by that library, alone, with what our kernels do around it; 0:
   *     it cannot compute it, or not the same
   * @param libraryChosen whether steps use the library
   */
  public record Kernel(
      String kernel,
      String shape,
      double callsPerStep,
      long firstCall,
      double millis,
      double gigabytesPerSecond,
      double gflops,
      double shareOfCopy,
      double shareOfMultiplyAdd,
      double shareOfTf32,
      double shareOfBf16,
      String library,
      double libraryMillis,
      boolean libraryChosen) {

    /** The milliseconds of a step that this kernel takes. */
    public double stepMillis() {
      return callsPerStep * millis;
    }

    /** The name of the kernel and its shape. */
    public String name() {
      return (kernel + " " + shape).strip();
    }
  }

  /**
   * What was measured.
   *
   * @param stepMillis sum over all kernels, mean over the programs
   * @param kernels those that take most of a step first
   */
  public record Result(Ceilings ceilings, double stepMillis, List<Kernel> kernels) {}

  private record Key(String kernel, String shape) {}

  /** All that was seen of one kernel with one shape. */
  private static final class Seen {
    private final List<Double> secondsPerCall = new ArrayList<>();
    private final long firstCall;
    private double calls;
    private double bytes;
    private double operations;
    private String library = "";
    private double librarySeconds;
    private boolean libraryChosen;

    Seen(long firstCall) {
      this.firstCall = firstCall;
    }

    void add(KernelTime time) {
      secondsPerCall.add(time.seconds() / time.calls());
      calls += time.calls();
      bytes += time.bytes();
      operations += time.operations();
      if (time.library() != null) {
        library = time.library();
        librarySeconds = time.librarySeconds();
        libraryChosen = time.libraryChosen();
      }
    }

    double median() {
      final double[] sorted = secondsPerCall.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  /** Runs the benchmark and returns its measurements. */
  public Result run(Device device) {
    final Random random = new Random(seed);
    final Map<Key, Seen> seen = new LinkedHashMap<>();
    try (Dataset dataset = NoiseImages.create(device, workload.shape(), batch, random);
        Network network = Networks.create(device, workload.table())) {
      Networks.initialize(network, workload.table(), seed);
      for (final Workload.Item item : workload.programs()) {
        try (Program program = Program.create(network, item.words().get())) {
          for (int i = 0; i < warmUp; i++) {
            train(network, dataset, program);
          }
          for (int i = 0; i < repetitions; i++) {
            network.profile(true);
            train(network, dataset, program);
            for (final KernelTime time : network.profile(false)) {
              seen.computeIfAbsent(
                      new Key(time.kernel(), time.shape()), key -> new Seen(time.firstCall()))
                  .add(time);
            }
          }
        }
      }
    }
    return result(seen, Ceilings.measure(device), device.threads());
  }

  private Result result(Map<Key, Seen> seen, Ceilings ceilings, int threads) {
    final List<Kernel> kernels = new ArrayList<>();
    seen.forEach(
        (key, all) -> {
          final double seconds = all.median() / threads;
          final double gigabytes = all.bytes / all.calls / seconds / GIGA;
          final double gflops = all.operations / all.calls / seconds / GIGA;
          kernels.add(
              new Kernel(
                  key.kernel(),
                  key.shape(),
                  all.calls / repetitions / workload.programs().size(),
                  all.firstCall,
                  seconds * MILLIS_PER_SECOND,
                  gigabytes,
                  gflops,
                  share(gigabytes, ceilings.copyGigabytesPerSecond()),
                  share(gflops, ceilings.multiplyAddGflops()),
                  share(gflops, ceilings.tf32Gflops()),
                  share(gflops, ceilings.bf16Gflops()),
                  all.library,
                  all.librarySeconds * MILLIS_PER_SECOND,
                  all.libraryChosen));
        });
    kernels.sort(Comparator.comparingDouble(Kernel::stepMillis).reversed());
    return new Result(
        ceilings, kernels.stream().mapToDouble(Kernel::stepMillis).sum(), List.copyOf(kernels));
  }

  private static double share(double value, double ceiling) {
    return ceiling > 0 ? value / ceiling : 0;
  }

  private void train(Network network, Dataset dataset, Program program) {
    final int[] indices = IntStream.range(0, batch).toArray();
    network.train(dataset, TRAINING, new Program[] {program}, batch, indices, LEARNING_RATE, 0);
  }
}
