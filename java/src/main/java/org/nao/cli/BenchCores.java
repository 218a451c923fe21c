package org.nao.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nao.engine.EngineException;
import org.nao.engine.Experiment;
import org.nao.engine.Status;
import org.nao.error.UserException;
import org.nao.run.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench cores}: what the design of unit operations on GPUs rests on. */
@Command(
    name = "cores",
    description =
        "Measures the inner loops that the GPU engine is to be made of, each number beside what was"
            + " predicted.")
final class BenchCores implements Callable<Integer> {
  private static final String GPU = "cuda:";

  @Mixin private Output output;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "The GPU, cuda:N (default cuda:0).")
  private String device = "cuda:0";

  @Override
  public Integer call() {
    if (!device.matches(GPU + "\\d{1,4}")) {
      throw new UserException("--device is '%s', must be a GPU, cuda:N.".formatted(device));
    }
    final int gpu = Integer.parseInt(device.substring(GPU.length()));
    final ObjectNode report = Json.object();
    report.put("device", device);
    final ArrayNode experiments = report.putArray("experiments");
    boolean good = true;
    int index = 0;
    for (boolean more = true; more; index++) {
      try {
        final Optional<Experiment> experiment = Experiment.measure(gpu, index);
        experiment.ifPresent(one -> take(one, experiments));
        more = experiment.isPresent();
      } catch (EngineException e) {
        if (e.status() == Status.NO_DEVICE) {
          throw e;
        }
        good = false;
        experiments.addObject().put("problem", e.getMessage());
        print(e.getMessage());
      }
    }
    if (output.json()) {
      output.object(report);
    }
    return good ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void take(Experiment experiment, ArrayNode experiments) {
    experiments.add(Json.parseObject(Json.line(experiment)));
    print(
        String.format(
            Locale.ROOT,
            "%-24s %9.4g %s, predicted %.4g to %.4g",
            experiment.name(),
            experiment.measured(),
            experiment.unit(),
            experiment.low(),
            experiment.high()));
  }

  private void print(String line) {
    if (!output.json()) {
      output.line(line);
    }
  }
}
