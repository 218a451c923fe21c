package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.SealedJson;
import org.nao.search.config.Presets;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class SlurmCommandTest {
  @TempDir private Path folder;

  private static String script(String... words) {
    final Invocation printed = nao(words);
    assertThat(printed.err()).isEmpty();
    assertThat(printed.exitCode()).isZero();
    return printed.out();
  }

  private static Invocation nao(String... words) {
    return Invocation.of(
        Stream.concat(Stream.of("slurm"), Arrays.stream(words)).toArray(String[]::new));
  }

  /**
   * What the script calls nao with, by a nao that writes its arguments and ends with {@code code}.
   */
  private List<List<String>> ran(int code, String state, String script) throws Exception {
    final Path bin = Files.createDirectories(folder.resolve("bin"));
    program(bin.resolve("nao"), "printf '%s\\0' nao \"$@\" >>called; exit " + code);
    program(bin.resolve("squeue"), "echo " + state);
    program(bin.resolve("scontrol"), "printf '%s\\0' scontrol \"$@\" >>called");
    final ProcessBuilder shell = new ProcessBuilder("bash").directory(folder.toFile());
    shell.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    shell.environment().put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
    shell.environment().put("SLURM_JOB_ID", "17");
    shell.environment().put("SLURM_ARRAY_JOB_ID", "16");
    shell.environment().put("SLURM_ARRAY_TASK_ID", "3");
    shell.environment().put("SLURM_CPUS_PER_TASK", "4");
    final Process process = shell.redirectErrorStream(true).start();
    try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
      input.write(script);
    }
    final String said = process.inputReader().lines().collect(Collectors.joining("\n"));
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEmpty();
    assertThat(process.exitValue()).isEqualTo(code);
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
    final List<List<String>> calls = new ArrayList<>();
    for (final String word : Files.readString(folder.resolve("called")).split("\0")) {
      if (word.equals("nao") || word.equals("scontrol")) {
        calls.add(new ArrayList<>());
      }
      calls.get(calls.size() - 1).add(word);
    }
    return calls;
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aSearchBeginsAndIsQueuedAgain() throws Exception {
    final String script =
        script("search", "--epochs", "3", "--time", "4:00:00", "--gpus", "a100:1");
    assertThat(script.lines().filter(line -> line.startsWith("#SBATCH")))
        .containsExactly(
            "#SBATCH --job-name=nao-search",
            "#SBATCH --time=4:00:00",
            "#SBATCH --cpus-per-task=4",
            "#SBATCH --gres=gpu:a100:1",
            "#SBATCH --output=./%x-%j.log",
            "#SBATCH --open-mode=append",
            "#SBATCH --requeue",
            "#SBATCH --signal=B:USR1@120");
    final String words =
        "nao search --epochs 3 --threads 4 --device cuda:0 --out runs/search-17 --resume-or-start";
    assertThat(ran(75, "RUNNING", script))
        .containsExactly(List.of(words.split(" ")), List.of("scontrol", "requeue", "17"));
  }

  @ParameterizedTest
  @CsvSource({"75, COMPLETING", "0, RUNNING", "1, RUNNING", "130, RUNNING"})
  void whatIsCancelledDoneOrWrongIsNotQueuedAgain(int code, String state) throws Exception {
    assertThat(ran(code, state, script("search", "--time", "60"))).hasSize(1);
  }

  @Test
  void tasksAreSeeds() throws Exception {
    final String script =
        script(
            "search", "--time", "60", "--array", "8", "--at-once", "2", "--seed", "5", "--out=a b");
    assertThat(script).contains("#SBATCH --array=0-7%2\n", "--output=./%x-%A_%a.log\n");
    final List<String> call = ran(0, "RUNNING", script).get(0);
    assertThat(call)
        .containsExactly(
            "nao",
            "search",
            "--seed",
            "8",
            "--threads",
            "4",
            "--out",
            "a b/seed-8",
            "--resume-or-start");
  }

  @Test
  void tasksAreWorkersOfOneStudy() throws Exception {
    final String script =
        script(
            "study", "stability", "--time", "60", "--array", "8", "--seed", "5", "--threads", "2");
    assertThat(script).contains("#SBATCH --job-name=nao-study-stability\n", "--cpus-per-task=2\n");
    assertThat(ran(0, "RUNNING", script).get(0))
        .containsExactly(
            "nao",
            "study",
            "stability",
            "--threads",
            "2",
            "--seed",
            "5",
            "--out",
            "runs/study-stability-16",
            "--resume-or-start");
  }

  /** The shell gives the command each word as it was. */
  @Test
  void wordsAreQuoted() throws Exception {
    final Path data = Files.createDirectory(folder.resolve("it's $HOME \"here\" `x`"));
    final String arch =
        "1 2 0 3 2 4 1 3 0 0 3 4 1 3 0 0 3 2 0 0\n1 3 0 2 1 2 0 3 2 3 0 3 1 2 2 1 5 0 1 1";
    final String script =
        script(
            "train", "--time", "60", "--data", data.toString(), "--arch", arch, "--out", "-; rm *");
    assertThat(ran(0, "RUNNING", script).get(0)).contains(data.toString(), arch, "-; rm *");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "search --time 60 --epoch 3 | unknown option --epoch. Did you mean --epochs?",
        "search --time 60 --epochs 0 | --epochs is 0, allowed",
        "search --time 60 --algorithm random --rounds 2 | --rounds",
        "search --time 60 --data nowhere | no data set 'nowhere'",
        "search | --time is missing",
        "search --time soon | --time is 'soon', expected minutes",
        "search --time 2 | --time 2 is not more than the 120 seconds of --save-before",
        "search --time 0:30:00 --save-before 1800 | is not more than the 1800 seconds",
        "search --time 60 --gpus 2 | --gpus is 2, expected 0, 1 or TYPE:1",
        "search --time 60 --device cuda:0 | add --gpus 1",
        "search --time 60 --device cuda:1 --gpus 1 | the GPU of --gpus is cuda:0",
        "search --time 60 --threads 8 --cpus 2 | --threads is 8, more than the job gets with --cpus 2",
        "search --time 60 --at-once 2 | --at-once is for --array",
        "search --time 60 --array 0 | --array is 0",
        "search --time 60 --logs nowhere | --logs is nowhere, which is no folder",
        "search --time 60 --partition a;b=' | --partition is",
        "arch show --time 60 | nao arch show is no command for a batch job",
        "table search --time 60 | no command for a batch job",
        "serch --time 60 | unknown command 'serch'",
        "--time 60 | a command is missing"
      })
  void whatIsWrongIsSaidBeforeTheJobIsQueued(String words, String sentence) {
    final Invocation refused = nao(words.strip().split(" "));
    assertThat(refused.exitCode()).isIn(ExitCode.USAGE, ExitCode.FAILED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains(sentence).hasLineCount(1);
  }

  @Test
  void aRunThatIsThereIsHeldAgainstTheOptions() throws IOException {
    final Path run = Files.createDirectory(folder.resolve("run"));
    SealedJson.write(run.resolve("config.json"), Presets.of("nao-v2", "quick"));
    assertThat(nao("search", "--time", "60", "--out", run.toString()).err()).isEmpty();
    assertThat(nao("search", "--time", "60", "--out", run.toString(), "--epochs", "77").err())
        .contains("the run there began with other options: --epochs was");
    assertThat(script("search", "--time", "60", "--resume", run.toString()))
        .contains("--resume " + run)
        .doesNotContain("--out ", "--resume-or-start");
  }

  /** An option of both would never reach the command. */
  @Test
  void ownOptionsAreNoneOfTheCommands() {
    final CommandLine nao = Main.commandLine();
    final Set<String> own = names(nao.getSubcommands().get("slurm"));
    final CommandLine study = nao.getSubcommands().get("study");
    for (final CommandLine command :
        List.of(
            nao.getSubcommands().get("search"),
            nao.getSubcommands().get("train"),
            study.getSubcommands().get("ranking"),
            study.getSubcommands().get("stability"),
            study.getSubcommands().get("ablation"))) {
      final Set<String> both = names(command);
      both.retainAll(own);
      assertThat(both).containsExactlyInAnyOrder("--help", "-h", "--verbose");
    }
  }

  private static Set<String> names(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(OptionSpec::names)
        .flatMap(Arrays::stream)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
