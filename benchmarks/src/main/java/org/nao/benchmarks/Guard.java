package org.nao.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.nao.engine.Device;
import org.nao.run.Json;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a short set of the benchmarks and compares them with what is committed. */
@Command(
    name = "guard",
    description = {
      "Runs a short set of the benchmarks, on a machine that does nothing else, about 80 seconds.",
      "Exit code 1 if one became more than 15 %% slower relative to libtorch in the same run, 2 if"
          + " there is no baseline for this kind of machine."
    },
    mixinStandardHelpOptions = true)
public final class Guard implements Callable<Integer> {
  private static final int GOOD = 0;
  private static final int WORSE = 1;
  private static final int USAGE = 2;

  private static final double ALLOWED_LOSS = 0.15;
  private static final double MEDIAN = 50;
  private static final int ITERATIONS = 5;
  private static final TimeValue ITERATION = TimeValue.milliseconds(300);

  /** The parameter that makes no difference to a benchmark's name: the file's name has it. */
  private static final String THREADS = "threads";

  private static final List<String> BENCHMARKS =
      List.of(
          "SeparableConvolutionBenchmark\\..*Step",
          "SupernetBenchmark",
          "ProgramBenchmark",
          "SamplingBenchmark",
          "ControllerBenchmark\\.train");

  /** Of the larger parameters of the benchmarks, those that keep the set short. */
  private static final Map<String, String> PARAMETERS =
      Map.of("size", "N1_C8_BATCH32", "pool", "1000");

  @Spec private CommandSpec spec;

  @Option(
      names = "--baselines",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the committed ratios, one file per kind of machine.")
  private Path folder;

  @Option(names = "--update", description = "Write the ratios of this run as the committed ones.")
  private boolean update;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "CPU threads (default: all that this process may use).")
  private int threads;

  /** Runs the command line and exits. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Guard()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, RunnerException {
    final PrintWriter out = spec.commandLine().getOut();
    final Path file = folder.resolve(machineClass() + ".json");
    if (!update && !Files.exists(file)) {
      spec.commandLine()
          .getErr()
          .printf(
              "guard: %s is missing; --update writes it from a run on an idle machine.%n", file);
      return USAGE;
    }
    final Ratios ratios = Ratios.of(measure());
    if (update) {
      Files.createDirectories(folder);
      Files.writeString(file, ratios.write() + "\n");
      out.printf("%d ratios are in %s.%n", ratios.byBenchmark().size(), file);
      return GOOD;
    }
    final Ratios committed = Ratios.read(Json.readObject(file));
    ratios
        .byBenchmark()
        .forEach(
            (name, ratio) ->
                out.printf(
                    "%-72s %9.4g, committed %9.4g%n",
                    name, ratio, committed.byBenchmark().getOrDefault(name, Double.NaN)));
    final List<String> failures = ratios.failures(committed, ALLOWED_LOSS);
    failures.forEach(out::println);
    out.println(failures.isEmpty() ? "No benchmark became slower." : "The guard failed.");
    return failures.isEmpty() ? GOOD : WORSE;
  }

  private String machineClass() {
    try (Device device = Device.open("cpu", threads)) {
      return "%s-%dthreads".formatted(device.isa(), device.threads());
    }
  }

  /** Nanoseconds of a call of each benchmark: the median of a fork's iterations. */
  private Map<String, Double> measure() throws RunnerException {
    final ChainedOptionsBuilder options =
        new OptionsBuilder()
            .param(THREADS, Integer.toString(threads))
            .forks(1)
            .warmupIterations(1)
            .warmupTime(ITERATION)
            .measurementIterations(ITERATIONS)
            .measurementTime(ITERATION)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    BENCHMARKS.forEach(options::include);
    PARAMETERS.forEach(options::param);
    final Map<String, Double> nanos = new TreeMap<>();
    for (final RunResult result : new Runner(options.build()).run()) {
      final BenchmarkParams benchmark = result.getParams();
      nanos.put(
          name(benchmark),
          result.getPrimaryResult().getStatistics().getPercentile(MEDIAN)
              * benchmark.getTimeUnit().toNanos(1));
    }
    return nanos;
  }

  /** Class, method and parameters, for example {@code XBenchmark.naoStep kernel=3 stage=C}. */
  private static String name(BenchmarkParams benchmark) {
    final String method = benchmark.getBenchmark();
    final StringBuilder name =
        new StringBuilder(method.substring(Guard.class.getPackageName().length() + 1));
    for (final String key : benchmark.getParamsKeys()) {
      if (!key.equals(THREADS)) {
        name.append(' ').append(key).append('=').append(benchmark.getParam(key));
      }
    }
    return name.toString();
  }
}
