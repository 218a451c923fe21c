package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.Signals;
import org.nao.study.jobs.Conduct;
import org.nao.study.jobs.Study;
import org.nao.study.jobs.StudyFolder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What all studies have in common: folder, configuration, signals. */
final class StudyRun {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Mixin private RunOptions run;
  @Mixin private DeviceOptions device;
  @Mixin private ParallelOption parallel;
  @Mixin private EstimateOption estimate;
  @Mixin private Output output;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder of trainings that studies and processes share.")
  private String cache;

  @Option(
      names = "--keep-weights",
      description = "Keep the model file of each network that is trained alone.")
  private Boolean keepWeights;

  @Option(
      names = "--show-config",
      description = "Only print the configuration that all options make, as --config takes it.")
  private boolean showConfig;

  /** Reads the data of a study. */
  interface Opening<C, R> {
    Study<R> open(C config, Conduct conduct);
  }

  /** What becomes of a result: writes the files, prints. */
  interface Finish<C, R> {
    void accept(C config, R result, Path folder);
  }

  Output output() {
    return output;
  }

  /** Whether --keep-weights is given. */
  boolean keepsWeights() {
    return keepWeights != null;
  }

  /** Whether the file of a configuration, or that of a study to go on with, has a key. */
  boolean configures(String key) {
    final Optional<Path> resumed = run.resume();
    return resumed.isPresent()
        ? RunFolder.holdsRun(resumed.get())
            && SealedJson.read(RunFolder.configFile(resumed.get())).has(key)
        : run.config().map(file -> file.values().has(key)).orElse(false);
  }

  /**
   * Runs a study.
   *
   * @param where in the configuration seed, device and threads are: a prefix of keys
   * @param given the study's own options
   * @return exit code
   */
  <C extends Record, R> int call(
      String name,
      Class<C> type,
      Function<String, C> presets,
      String where,
      Given given,
      Opening<C, R> opening,
      Finish<C, R> finish) {
    return callOver(
        name, type, preset -> Json.tree(presets.apply(preset)), where, given, opening, finish);
  }

  /** As {@link #call}, of presets that need not be whole without other values. */
  <C extends Record, R> int callOver(
      String name,
      Class<C> type,
      Function<String, ObjectNode> presets,
      String where,
      Given given,
      Opening<C, R> opening,
      Finish<C, R> finish) {
    final Optional<Path> resumed = run.resume();
    final boolean onlyEstimate = estimate.isGiven(resumed.isPresent());
    parallel.require(onlyEstimate);
    final Given all = all(where, given);
    final Supplier<C> resolved =
        () ->
            ConfigFiles.resolve(
                presets.apply(run.preset()), type, run.config(), all.values(), all.options());
    final C config =
        resumed.isEmpty()
            ? resolved.get()
            : run.resumed(
                resumed.get(),
                type,
                all,
                device.where().under(where),
                false,
                Set::of,
                "--device, --threads and --json",
                resolved);
    if (showConfig) {
      output.text(Json.pretty(ConfigFiles.used(config)));
      return ExitCode.DONE;
    }
    if (run.isFinished()) {
      return ExitCode.DONE;
    }
    final Path folder = resumed.orElseGet(() -> run.out("study-" + name));
    try (Signals signals = Signals.listen();
        Study<R> study =
            opening.open(config, new Conduct(signals.stop(), this::notice, parallel.count()))) {
      if (onlyEstimate) {
        estimate.print(study.estimate(), output);
        return ExitCode.DONE;
      }
      // Not before: a study that cannot begin, for lack of its data, leaves no folder in the way.
      if (resumed.isEmpty()) {
        StudyFolder.create(folder, config);
      }
      signals.resumeWith("nao study %s --resume %s".formatted(name, folder));
      final Optional<R> result = study.run();
      if (result.isPresent()) {
        study.keep(folder);
        finish.accept(config, result.get(), folder);
        return ExitCode.DONE;
      }
      notice("stopped; go on with " + Launcher.line("study", name, "--resume", folder.toString()));
      return ExitCode.of(signals.stop());
    }
  }

  private void notice(String sentence) {
    spec.commandLine().getErr().println(sentence);
    spec.commandLine().getErr().flush();
  }

  private Given all(String where, Given given) {
    if (!device.given().values().equals(device.where().values())) {
      throw new ParameterException(
          spec.commandLine(),
          "studies compute in fp32 on the engine's own kernels: --precision and --libraries are for"
              + " nao search, step and bench.");
    }
    return new Given()
        .putAll(run.given().under(where))
        .putAll(device.where().under(where))
        .put("--cache", "cache", cache)
        .put("--keep-weights", "keepWeights", keepWeights)
        .putAll(given);
  }
}
