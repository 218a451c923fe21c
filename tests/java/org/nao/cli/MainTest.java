package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.data.DataException;
import org.nao.error.UserException;
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
            "nao arch size: Unknown option: '--layrs'. Did you mean --layers?"
                + " See nao arch size --help.\n");
    assertThat(Invocation.of("arch", "size", "--layers", "six").err())
        .contains("'six' is not an int")
        .hasLineCount(1);
    assertThat(Invocation.of("serch").exitCode()).isEqualTo(ExitCode.USAGE);
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
  static final class Failing implements Runnable {
    private final RuntimeException failure;

    Failing(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public void run() {
      throw failure;
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
