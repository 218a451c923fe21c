package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.data.DataException;
import org.nao.error.UserException;
import org.nao.run.Processors;
import org.nao.run.StopRequest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {
  @Test
  void withoutACommandItHelps() {
    final Invocation help = Invocation.of();
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Commands:", "arch", "data", "doctor", "Exit codes:");
    assertThat(Invocation.of("arch").out()).contains("sample", "show", "size", "convert");
    assertThat(Invocation.of("--version").out()).startsWith("nao ");
    assertThat(Invocation.of("search", "--version").err()).contains("unknown option --version");
  }

  @Test
  void helpOfACommandIsWhatTheCommandSaysItself() {
    assertThat(Invocation.of("help").out()).isEqualTo(Invocation.of("--help").out());
    assertThat(Invocation.of("help", "search").out())
        .startsWith("Usage: nao search")
        .isEqualTo(Invocation.of("search", "--help").out());
    assertThat(Invocation.of("help", "arch", "size").out())
        .isEqualTo(Invocation.of("arch", "size", "-h").out());
    final Invocation unknown = Invocation.of("help", "arch", "sise");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).startsWith("nao help: unknown command 'sise'. Did you mean size?");
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "80, 80", "500, 120", "20, 55", "many, 80", "0, 80", ", 80"})
  void helpIsAsWideAsTheTerminalWithinLimits(String variable, int columns) {
    assertThat(HelpWidth.columns(variable)).isEqualTo(columns);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serach; unknown command 'serach'. Did you mean search?",
        "stability; unknown command 'stability'. Did you mean study stability?",
        "qqqqqqqq; unknown command 'qqqqqqqq', expected arch, bench, completion,",
        "study abl; unknown command 'abl', expected ranking, stability or ablation.",
        "arch sample 3; '3' is one argument too many.",
        "arch size --layrs=3; unknown option --layrs. Did you mean --layers?",
        "arch size --layers six; --layers is 'six', expected a whole number.",
        "arch size --layers 1.5; --layers is 1.5, expected a whole number.",
        "arch size --layers 3e10; --layers is 3e10, allowed are at most 2,147,483,647.",
        "arch size --layers; --layers needs a value, N.",
        "arch sample --seed -1e30; --seed is -1e30, allowed are at least -9,223,372,036,854,775,808.",
        "step --momentum much; --momentum is 'much', expected a number.",
        "search --bn none; --bn is 'none', expected batch, running or authors.",
        "completion fish; SHELL is 'fish', expected bash or zsh.",
        "completion; SHELL is missing.",
        "step --out x; --weights, --batch are missing."
      })
  void whatIsWrongWithACommandLine(String wordsAndSentence) {
    final String[] parts = wordsAndSentence.split("; ", 2);
    final Invocation refused = Invocation.of(parts[0].split(" "));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains(": " + parts[1]).contains(" See nao").hasLineCount(1);
  }

  @Test
  void moreThreadsThanProcessorsAreWarnedOfOnce() {
    final int usable = Processors.ofThisProcess().usable();
    final Invocation more =
        Invocation.of("search", "--show-config", "--threads", String.valueOf(usable + 1));
    assertThat(more.exitCode()).isZero();
    assertThat(more.err())
        .startsWith("nao search: warning: --threads is " + (usable + 1) + ", but this process may")
        .hasLineCount(1);
    assertThat(Invocation.of("search", "--show-config", "--threads", String.valueOf(usable)).err())
        .isEmpty();
  }

  /** Messages about values name what a user types. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "arch size --layers 0 x; --layers is 0, allowed: 1..32.",
        "arch size --channels 513 x; --channels is 513, allowed: 1..512.",
        "arch sample --nodes 13; --nodes is 13, allowed: 1..12.",
        "arch sample --space darts --nodes 3; --nodes is 3, allowed in darts: 4.",
        "arch sample --operations foo; --operations: 'foo' is unknown, nao-small has sep_conv_3x3,",
        "bench step --batch 0; --batch is 0, allowed: at least 1.",
        "bench step --archs 0; --archs is 0, allowed: at least 1.",
        "bench step --repetitions 0; --repetitions is 0, allowed: at least 1.",
        "bench kernels --warm-up -1; --warm-up is -1, allowed: at least 0.",
        "bench agreement --steps 0; --steps is 0, allowed: at least 1.",
        "search --layers 0; --layers is 0, allowed: 1..32.",
        "search --nodes 99; --nodes is 99, allowed: 1..12.",
        "search --pool 0; --pool (initialPool) is 0, allowed are 1 to 1000000.",
        "search --image-size 31; --image-size (imageSize) is 31, allowed: multiples of 4 in 4..512",
        "search --operations foo; --operations: 'foo' is unknown, nao-small has",
        "study ranking --layers 0; --layers (standalone.layers) is 0, allowed: 1..32.",
        "study stability --pool 0; --pool (search.initialPool) is 0, allowed are 1 to",
        "study ranking --evaluation-images 77; --evaluation-images (grid.images) has 77, must hold"
            + " multiples of grid.evaluationBatch (a key of --config FILE), which is 250."
      })
  void whatIsWrongWithAValue(String wordsAndSentence) {
    final String[] parts = wordsAndSentence.split("; ", 2);
    final Invocation refused = Invocation.of(parts[0].split(" "));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains(": " + parts[1]).hasLineCount(1);
    assertThat(refused.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "+2", "2e0", "0.2e1", "20e-1", "0_2", "2.0"})
  void wholeNumbersMayBeWrittenInSeveralWays(String two) {
    assertThat(Invocation.of("arch", "sample", "--count", two).lines()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_2", "2_", "2__0", "e2", "0x2", "", ".", "2,000", "\u0662", "1e9999"})
  void whatIsNoNumberIsRefused(String text) {
    assertThat(Invocation.of("arch", "sample", "--count", text).err())
        .contains("--count is '" + text + "', expected a whole number");
  }

  /** Lines of a footer that begin with spaces are examples; all others wrap as they may. */
  @Test
  void examplesFitALine() {
    assertExamplesFit(Main.commandLine());
  }

  private static void assertExamplesFit(CommandLine command) {
    final CommandSpec spec = command.getCommandSpec();
    assertThat(spec.usageMessage().footer())
        .as(spec.qualifiedName())
        .filteredOn(line -> line.startsWith("  "))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    command.getSubcommands().values().forEach(MainTest::assertExamplesFit);
  }

  @Test
  void aMistypedOptionIsOneSentence() {
    final Invocation mistyped = Invocation.of("arch", "size", "--layrs", "3");
    assertThat(mistyped.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(mistyped.out()).isEmpty();
    assertThat(mistyped.err())
        .isEqualTo(
            "nao arch size: unknown option --layrs. Did you mean --layers?"
                + " See nao arch size --help.\n");
  }

  @Test
  void aFailureIsOneSentenceAndATraceOnlyWhenAskedFor() {
    final Invocation failed = Invocation.of("data", "verify", "/no/such/folder");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err())
        .startsWith("nao data verify: no data set '/no/such/folder': expected ")
        .hasLineCount(1);
    final Invocation traced = Invocation.of("data", "verify", "/no/such/folder", "--verbose");
    assertThat(traced.err()).contains(DataException.class.getName()).contains("\tat ");
  }

  /** A command that fails with the exception it was made with. */
  @Command(name = "failing")
  static final class Failing implements Callable<Integer> {
    private final Exception failure;

    Failing(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  /** As Java's own file system lets its errors through, unchecked or undeclared. */
  @Test
  void aFailureOfAFileIsNoDefect() {
    final FileSystemException failure = new FileSystemException("a/b", null, "Quota exceeded");
    for (final Exception each :
        List.of(new UncheckedIOException(failure), new Exception("Quota exceeded"))) {
      final Invocation failed =
          Invocation.of(Main.commandLine().addSubcommand(new Failing(each)), "failing");
      assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(failed.err())
          .isIn(
              "nao failing: a/b: cannot be used (Quota exceeded).\n",
              "nao failing: a file operation failed (Quota exceeded).\n");
    }
  }

  @Test
  void aDefectSaysThatItIsOne() {
    final CommandLine command =
        Main.commandLine().addSubcommand(new Failing(new NullPointerException("x")));
    final Invocation failed = Invocation.of(command, "failing");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err()).startsWith("nao failing: internal error").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalArgumentException.class, IllegalStateException.class})
  void anIllegalArgumentOfOurOwnIsADefect(Class<? extends RuntimeException> type) {
    final RuntimeException defect =
        type == IllegalStateException.class
            ? new IllegalStateException("x")
            : new IllegalArgumentException("x");
    final Invocation failed =
        Invocation.of(Main.commandLine().addSubcommand(new Failing(defect)), "failing");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err())
        .startsWith("nao failing: internal error, a defect of nao")
        .contains("please report it", "nao --version")
        .hasLineCount(1);
  }

  @Test
  void aMessageOfSeveralLinesBecomesOne() {
    final CommandLine command =
        Main.commandLine().addSubcommand(new Failing(new UserException("a\n  b")));
    final Invocation failed = Invocation.of(command, "failing");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failed.err()).isEqualTo("nao failing: a b.\n");
  }

  @Test
  void exitCodesOfStoppedWork() {
    final StopRequest stop = new StopRequest();
    assertThat(ExitCode.of(stop)).isZero();
    stop.request(StopRequest.Reason.REQUEUE);
    assertThat(ExitCode.of(stop)).isEqualTo(75);
  }

  /** A command with all the options that long commands share. */
  @Command(name = "long")
  static final class LongCommand implements Runnable {
    @Mixin private DeviceOptions device;
    @Mixin private RunOptions run;
    @Mixin private DataOptions data;
    @Mixin private SpaceOptions space;
    @Mixin private SizeOptions size;
    @Mixin private TrainingOptions training;

    @Override
    public void run() {}
  }

  @Test
  void sharedOptionsGiveOnlyWhatTheUserGave() {
    final LongCommand command = new LongCommand();
    assertThat(
            Invocation.of(
                    Main.commandLine().addSubcommand(command),
                    ("long --threads 2 --seed 7 --layers 1 --nodes 4 --epochs 9 --image-size 32"
                            + " --out runs/a --preset quick")
                        .split(" "))
                .err())
        .isEmpty();
    assertThat(command.device.given().values()).isEqualTo(Map.of("threads", 2));
    assertThat(command.run.given().values()).isEqualTo(Map.of("seed", 7L));
    assertThat(command.run.out("x")).hasToString("runs/a");
    assertThat(command.run.resume()).isEmpty();
    assertThat(command.run.config()).isEmpty();
    assertThat(command.run.preset()).isEqualTo("quick");
    assertThat(command.size.given().values()).isEqualTo(Map.of("layers", 1));
    assertThat(command.space.given().values()).isEqualTo(Map.of("nodes", 4));
    assertThat(command.training.given().values()).isEqualTo(Map.of("epochs", 9));
    assertThat(command.data.given().values()).isEqualTo(Map.of("imageSize", 32));
  }

  /** Sentences about keys name options, so these must be there. */
  @Test
  void everyKeysOptionIsOneOfTheCommand() {
    final CommandLine search = Main.commandLine().getSubcommands().get("search");
    final Map<String, String> options = ((SearchCommand) search.getCommand()).given().options();
    assertThat(options).hasSizeGreaterThan(30);
    options.forEach(
        (key, name) -> assertThat(search.getCommandSpec().findOption(name)).as(key).isNotNull());
  }

  @Test
  void aRunIsNewOrResumed() {
    final Invocation both =
        Invocation.of(
            Main.commandLine().addSubcommand(new LongCommand()),
            "long",
            "--out",
            "a",
            "--resume",
            "b");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err()).contains("--out", "--resume", "mutually exclusive");
  }
}
