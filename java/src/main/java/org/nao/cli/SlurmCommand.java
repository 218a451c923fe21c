package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.nao.data.DataSource;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.text.Shell;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code nao slurm}: a batch script for a search, a study or a training. Options that are not its
 * own are those of the command, which itself reads and checks them.
 */
@Command(
    name = "slurm",
    description = {
      "Prints a batch script for nao search, nao train or a nao study, with all of their options.",
      "The job saves before its time limit, queues itself again and goes on."
    },
    customSynopsis = "nao slurm COMMAND [options of the command] --time=T [options below]",
    footer = {
      "",
      "Examples:",
      "  nao slurm search --preset paper --time 4:00:00 --gpus 1 >job.sh",
      "  nao slurm search --epochs 20 --time 60 --array 8    eight seeds",
      "  nao slurm study ranking --time 60 --array 8         eight workers, one study",
      "  nao slurm train --run runs/a --time 8:00:00 --gpus 1 --submit"
    })
final class SlurmCommand implements Callable<Integer> {
  private static final String OUT = "--out";
  private static final String SEED = "--seed";
  private static final String DEVICE = "--device";
  private static final String SHOW_CONFIG = "--show-config";
  private static final String GPU = "cuda:0";

  @Spec private CommandSpec spec;
  @Mixin private SlurmOptions slurm;

  @Option(names = "--submit", description = "Submit the job instead of printing its script.")
  private boolean submit;

  @Unmatched private List<String> words = new ArrayList<>();

  @Override
  public Integer call() {
    final Job job = new Job(parsed());
    final StringWriter shown = new StringWriter();
    final int code = nao(shown).execute(job.checked());
    if (code != ExitCode.DONE) {
      return code;
    }
    final Map<String, JsonNode> config = ConfigFiles.leaves(Json.parseObject(shown.toString()));
    DataSource.resolve(value(config, "data").asText());
    if (!Files.isDirectory(Path.of(slurm.logs()))) {
      throw new UserException("--logs is %s, which is no folder.".formatted(slurm.logs()));
    }
    final String script = job.script(config);
    if (submit) {
      return submit(script);
    }
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  /**
   * A command line of nao that prints its result into {@code out} and does not look at this
   * machine.
   */
  private CommandLine nao(StringWriter out) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(spec.commandLine().getErr())
        .setExecutionStrategy(new CommandLine.RunLast());
  }

  /** The command that is to run; one that goes on with what was stopped. */
  private ParseResult parsed() {
    if (words.isEmpty()) {
      throw refusal("a command is missing, for example " + Launcher.line("slurm", "search"));
    }
    ParseResult last = nao(new StringWriter()).parseArgs(words.toArray(String[]::new));
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (last.commandSpec().findOption(RunOptions.RESUME_OR_START) == null
        || last.commandSpec().qualifiedName().contains("table")) {
      throw refusal(
          "%s is no command for a batch job, expected nao search, train or study ..."
              .formatted(last.commandSpec().qualifiedName()));
    }
    return last;
  }

  private ParameterException refusal(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  /** A value of a configuration, or of the search in it. */
  private static JsonNode value(Map<String, JsonNode> config, String key) {
    return Optional.ofNullable(config.get(key)).orElseGet(() -> config.get("search." + key));
  }

  /** The command line that the user gave. */
  private final class Job {
    private final ParseResult parsed;
    private final List<String> names;

    private Job(ParseResult parsed) {
      this.parsed = parsed;
      names = Arrays.asList(parsed.commandSpec().qualifiedName().split(" "));
    }

    private boolean has(String option) {
      return parsed.hasMatchedOption(option);
    }

    /** An array of searches or trainings; studies are shared instead. */
    private boolean isOfSeeds() {
      return slurm.tasks() > 0 && !names.contains("study");
    }

    /** The words with which the command checks everything and computes nothing. */
    private String[] checked() {
      final List<String> all = new ArrayList<>(words);
      if (!has(SHOW_CONFIG)) {
        all.add(SHOW_CONFIG);
      }
      if (has(OUT) && !has(RunOptions.RESUME_OR_START) && !isOfSeeds()) {
        all.add(RunOptions.RESUME_OR_START);
      }
      return all.toArray(String[]::new);
    }

    private String script(Map<String, JsonNode> config) {
      if (isOfSeeds() && has("--resume")) {
        throw refusal("--array makes a run for each seed: give --out, not --resume");
      }
      final List<String> folder = new ArrayList<>();
      final List<String> command = new ArrayList<>();
      command.add(Shell.quoted(launcher()));
      command.addAll(BatchScript.quoted(without(OUT, SEED)));
      final boolean seeded = has(SEED) || isOfSeeds();
      if (isOfSeeds()) {
        folder.add("# Each task has a seed and a folder of its own.");
        folder.add("seed=$((%s + SLURM_ARRAY_TASK_ID))".formatted(value(config, "seed").asText()));
        folder.add("out=%s/seed-$seed".formatted(out()));
        command.addAll(List.of(SEED, "\"$seed\""));
      } else if (!has("--resume")) {
        folder.add("out=" + out());
      }
      if (seeded && !isOfSeeds()) {
        command.addAll(List.of(SEED, parsed.matchedOption(SEED).originalStringValues().get(0)));
      }
      if (!has("--threads")) {
        command.addAll(List.of("--threads", "\"$SLURM_CPUS_PER_TASK\""));
      }
      device(value(config, "device").asText())
          .ifPresent(device -> command.addAll(List.of(DEVICE, device)));
      if (!has("--resume")) {
        command.addAll(List.of(OUT, "\"$out\"", RunOptions.RESUME_OR_START));
      }
      final int processors = slurm.processors(value(config, "threads").asInt());
      return new BatchScript(
              slurm.directives(String.join("-", names.subList(1, names.size())), processors),
              slurm.setup(),
              folder,
              command)
          .text();
    }

    /** The folder of the run, or of the runs of an array, as shell. */
    private String out() {
      if (has(OUT)) {
        return Shell.quoted(parsed.matchedOption(OUT).originalStringValues().get(0));
      }
      return "runs/%s-$%s"
          .formatted(
              String.join("-", names.subList(1, names.size())),
              slurm.tasks() > 0 ? "SLURM_ARRAY_JOB_ID" : "SLURM_JOB_ID");
    }

    /** The option that is missing for the GPU of the job, which is the first one that it sees. */
    private Optional<String> device(String chosen) {
      if (!slurm.hasGpu() && chosen.startsWith("cuda")) {
        throw refusal("%s %s needs a GPU: add --gpus 1".formatted(DEVICE, chosen));
      }
      if (slurm.hasGpu() && has(DEVICE) && !List.of(GPU, "auto").contains(chosen)) {
        throw refusal(
            "%s is %s, but the GPU of --gpus is %s to the job".formatted(DEVICE, chosen, GPU));
      }
      return slurm.hasGpu() && !has(DEVICE) ? Optional.of(GPU) : Optional.empty();
    }
  }

  /** The words without some options and their values, and without what the script adds itself. */
  private List<String> without(String... options) {
    final List<String> rest = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      final String word = words.get(i);
      if (Arrays.asList(options).contains(word.split("=", 2)[0])) {
        i += word.contains("=") ? 0 : 1; // its value
      } else if (!List.of(RunOptions.RESUME_OR_START, SHOW_CONFIG).contains(word)) {
        rest.add(word);
      }
    }
    return rest;
  }

  /** How the job calls nao: as the user did, from any folder. */
  private static String launcher() {
    final String called = Launcher.name();
    return called.contains("/") ? Path.of(called).toAbsolutePath().normalize().toString() : called;
  }

  private int submit(String script) {
    try {
      final Process sbatch =
          new ProcessBuilder("sbatch").redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (var input = sbatch.outputWriter(StandardCharsets.UTF_8)) {
        input.write(script);
      }
      final String said =
          sbatch.inputReader().lines().collect(Collectors.joining(System.lineSeparator()));
      if (sbatch.waitFor() != 0) {
        throw new RunException(
            "sbatch did not take the job (exit code %d).".formatted(sbatch.exitValue()));
      }
      spec.commandLine().getOut().println(said);
      spec.commandLine().getOut().flush();
      return ExitCode.DONE;
    } catch (IOException e) {
      throw new RunException(
          "sbatch cannot be run here (%s); leave out --submit and take the script to where it can."
              .formatted(e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException("interrupted while sbatch took the job.", e);
    }
  }
}
