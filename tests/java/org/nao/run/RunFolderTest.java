package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final Map<String, Integer> CONFIG = Map.of("seed", 1);

  @TempDir private Path parent;

  private Path path() {
    return parent.resolve("runs").resolve("a");
  }

  @Test
  void writesWhatARunLeaves() {
    try (RunFolder folder = RunFolder.create(path(), Map.of("seed", 7))) {
      folder.events().append(Map.of("step", 1));
      folder.writePool(0, List.of("1 0 1 0", "0 1 0 1"), new double[] {0.5, 1e-9});
      folder.writeFinalPool(List.of("0 1 0 1"));
      folder.writeSummary(Map.of("algorithm", "random"));
    }
    assertThat(SealedJson.read(RunFolder.configFile(path())))
        .isEqualTo(Json.tree(Map.of("seed", 7)));
    assertThat(SealedJson.read(RunFolder.summaryFile(path())))
        .isEqualTo(Json.tree(Map.of("algorithm", "random")));
    assertThat(path().resolve("arch_pool.0")).hasContent("1 0 1 0\n0 1 0 1\n");
    assertThat(path().resolve("arch_pool.perf.0")).hasContent("0.5\n1.0E-9\n");
    assertThat(path().resolve("arch_pool.final")).hasContent("0 1 0 1\n");
    assertThat(PoolFiles.read(path(), 0)).containsExactly("1 0 1 0", "0 1 0 1");
    assertThat(PoolFiles.readPerformances(path(), 0)).containsExactly(0.5, 1e-9);
    assertThat(PoolFiles.readFinal(path())).containsExactly("0 1 0 1");
  }

  @Test
  void namesTheLineThatIsNoAccuracy() throws IOException {
    Files.writeString(parent.resolve("arch_pool.perf.2"), "0.5\nhalf\n");
    assertThatThrownBy(() -> PoolFiles.readPerformances(parent, 2))
        .isInstanceOf(RunException.class)
        .hasMessageEndingWith("arch_pool.perf.2 line 2: expected an accuracy, found 'half'.");
  }

  @Test
  void resumesARunAndSweepsWhatAKilledProcessLeft() throws IOException {
    RunFolder.create(path(), Map.of("seed", 7)).close();
    final Path left = path().resolve(".summary.json.123.partial");
    Files.createFile(left);
    try (RunFolder folder = RunFolder.resume(path(), CONFIG)) {
      assertThat(folder.checkpoint().load()).isEmpty();
    }
    assertThat(left).doesNotExist();
  }

  @Test
  void machinesOfARunBeforeThereWasAnExchangeAreRead() {
    try (RunFolder folder = RunFolder.create(path(), CONFIG)) {
      final UsedMachine machine = UsedMachine.present("avx2");
      folder.noteMachine(machine);
      final ObjectNode written = SealedJson.read(path().resolve("machines.json"));
      ((ObjectNode) written.at("/machines/0")).remove("exchange");
      SealedJson.write(path().resolve("machines.json"), written);
      assertThat(RunFolder.machines(path())).containsExactly(machine);
      folder.noteMachine(machine.exchanging("host"));
      assertThat(RunFolder.machines(path())).hasSize(2);
    }
  }

  @Test
  void aResumedRunKeepsWithWhatItWentOn() {
    RunFolder.create(path(), Map.of("device", "cpu")).close();
    RunFolder.resume(path(), Map.of("device", "cuda:1")).close();
    assertThat(SealedJson.read(RunFolder.configFile(path())))
        .isEqualTo(Json.tree(Map.of("device", "cuda:1")));
  }

  @Test
  void refusesToStartOverARun() {
    RunFolder.create(path(), CONFIG).close();
    assertThatThrownBy(() -> RunFolder.create(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("already holds a run; continue it with --resume");
  }

  @Test
  void startsWhereARunWasKilledBeforeItsConfigurationWasWritten() throws IOException {
    Files.createDirectories(path());
    Files.writeString(path().resolve("run.lock"), "{\"pid\":1}\n");
    Files.writeString(path().resolve("events.jsonl"), "{\"step\":1}\n");
    Files.createFile(path().resolve(".config.json.1.partial"));
    RunFolder.create(path(), CONFIG).close();
    assertThat(path().resolve("events.jsonl")).isEmptyFile();
    assertThat(path().resolve(".config.json.1.partial")).doesNotExist();
  }

  @Test
  void refusesAForeignFolder() throws IOException {
    Files.createDirectories(path());
    Files.createFile(path().resolve("holiday.jpg"));
    assertThatThrownBy(() -> RunFolder.create(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("found one with other files (holiday.jpg)");
    assertThatThrownBy(() -> RunFolder.resume(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("found none of its files (no config.json)");
    assertThat(path().resolve("holiday.jpg")).exists();
  }

  @Test
  void refusesAFileAndAMissingFolder() throws IOException {
    final Path file = Files.createFile(parent.resolve("file"));
    assertThatThrownBy(() -> RunFolder.create(file, CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": the run folder cannot be made (a file of that name is in the way).");
    assertThatThrownBy(() -> RunFolder.create(file.resolve("run"), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("the run folder cannot be made");
    assertThatThrownBy(() -> RunFolder.resume(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessage(path() + ": expected the folder of a run, found no folder.");
  }

  @Test
  void anUnwritableFileIsOneSentence() throws IOException {
    Files.createDirectories(path().resolve("events.jsonl"));
    assertThatThrownBy(() -> RunFolder.create(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("events.jsonl: cannot be opened (Is a directory).");
  }

  @Test
  void oneProcessHoldsTheFolder() throws IOException {
    final Process holder = ChildJvm.start(Holder.class, path());
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('+');
      assertThatThrownBy(() -> RunFolder.resume(path(), CONFIG))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("the run folder is in use by process " + holder.pid() + " on ");
    } finally {
      holder.destroyForcibly().onExit().join();
    }
    RunFolder.resume(path(), CONFIG).close();
  }

  @Test
  void oneObjectOfAProcessHoldsTheFolder() {
    final RunFolder first = RunFolder.create(path(), CONFIG);
    assertThatThrownBy(() -> RunFolder.resume(path(), CONFIG))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    first.close();
    RunFolder.resume(path(), CONFIG).close();
  }

  /** Holds a run folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (RunFolder folder = RunFolder.create(Path.of(arguments[0]), CONFIG)) {
        folder.events().append(Map.of("phase", "holding"));
        System.out.print('+');
        System.out.flush();
        ChildJvm.awaitParent();
      }
    }
  }

  @Test
  void anUnsharedRunBeginsOrGoesOn() {
    try (RunFolder first = RunFolder.unshared(path(), Map.of("seed", 7))) {
      first.checkpoint().save(Map.of("step", 3), Map.of());
    }
    try (RunFolder again = RunFolder.unshared(path(), Map.of("seed", 8))) {
      assertThat(again.checkpoint().load().orElseThrow().tree().path("step").asInt()).isEqualTo(3);
      again.checkpoint().delete();
      assertThat(again.checkpoint().load()).isEmpty();
    }
    assertThat(SealedJson.read(RunFolder.configFile(path())))
        .isEqualTo(Json.tree(Map.of("seed", 7)));
  }

  /** Whoever worked there before and was only asleep changes nothing any more. */
  @Test
  void aRunThatIsTakenOverIsOutOfReach() throws IOException {
    final Path work = path().resolveSibling("run.work-1");
    final Path next = path().resolveSibling("run.work-2");
    try (RunFolder asleep = RunFolder.unshared(work, CONFIG)) {
      asleep.events().append(Map.of("epoch", 1));
      assertThat(RunFolder.takeOver(work, next)).isTrue();
      assertThat(RunFolder.takeOver(work, next)).isFalse();
      asleep.events().append(Map.of("epoch", 2));
      asleep.events().sync();
      assertThatThrownBy(() -> asleep.writeSummary(CONFIG)).isInstanceOf(RunException.class);
      assertThatThrownBy(() -> asleep.checkpoint().save(CONFIG, Map.of()))
          .isInstanceOf(RunException.class);
      assertThatThrownBy(() -> RunFolder.publish(work, path())).isInstanceOf(RunException.class);
    }
    assertThat(next.resolve("events.jsonl")).content().doesNotContain("\"epoch\":2");
    try (RunFolder now = RunFolder.unshared(next, CONFIG)) {
      now.writeSummary(CONFIG);
    }
    RunFolder.publish(next, path());
    assertThat(RunFolder.summaryFile(path())).exists();
    assertThat(next).doesNotExist();
  }

  @Test
  void aRunIsTiedToWhatItReads() {
    final Input images = new Input("data set", "/a/images", Sha256.of("images"));
    try (RunFolder folder = RunFolder.create(path(), CONFIG)) {
      folder.tieTo(List.of(images));
    }
    try (RunFolder folder = RunFolder.resume(path(), CONFIG)) {
      folder.tieTo(List.of(new Input("data set", "/moved/images", images.sha256())));
      assertThatThrownBy(
              () -> folder.tieTo(List.of(new Input("data set", "/a/images", Sha256.of("others")))))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("the data set /a/images is not the one that the run began with");
    }
  }

  @Test
  void aRunWithACheckpointCannotLoseWhatItIsTiedTo() throws IOException {
    try (RunFolder folder = RunFolder.create(path(), CONFIG)) {
      folder.tieTo(List.of());
      folder.checkpoint().save(Map.of("step", 3), Map.of());
      Files.delete(path().resolve("inputs.json"));
      assertThatThrownBy(() -> folder.tieTo(List.of()))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("inputs.json: cannot be read (no such file or folder)");
    }
  }

  @Test
  void poolFilesAreRecognised() throws IOException {
    final Map<String, String> written;
    try (RunFolder folder = RunFolder.create(path(), CONFIG)) {
      folder.writePool(0, List.of("1 0 1 0"), new double[] {0.5});
      written = folder.written();
    }
    assertThat(written).containsOnlyKeys("arch_pool.0", "arch_pool.perf.0");
    try (RunFolder folder = RunFolder.resume(path(), CONFIG)) {
      assertThat(folder.rememberWritten(written)).isEmpty();
      Files.writeString(path().resolve("arch_pool.perf.0"), "0.6\n");
      Files.delete(path().resolve("arch_pool.0"));
      assertThat(folder.rememberWritten(written))
          .hasSize(2)
          .allMatch(each -> each.contains(": is not as it was written"));
      assertThat(folder.written()).isEqualTo(written);
    }
  }

  @Test
  void aTakenNameGetsANumber() {
    try (RunFolder first = RunFolder.createNumbered(path(), CONFIG);
        RunFolder second = RunFolder.createNumbered(path(), CONFIG);
        RunFolder third = RunFolder.createNumbered(path(), CONFIG)) {
      assertThat(first.path()).isEqualTo(path());
      assertThat(second.path()).isEqualTo(path().resolveSibling("a-2"));
      assertThat(third.path()).isEqualTo(path().resolveSibling("a-3"));
    }
  }

  @Test
  void aDiscardedRunLeavesNothingThatItMade() throws IOException {
    RunFolder.create(path(), CONFIG).discard();
    assertThat(parent).isEmptyDirectory();
    RunFolder.createNumbered(path(), CONFIG).discard();
    assertThat(parent).isEmptyDirectory();
    Files.createDirectories(path().getParent());
    RunFolder.createNumbered(path(), CONFIG).discard();
    assertThat(path().getParent()).isEmptyDirectory();
    Files.createDirectories(path());
    RunFolder.create(path(), CONFIG).discard();
    assertThat(path()).isEmptyDirectory();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    final Path victim = Files.writeString(parent.resolve("victim"), "precious");
    Files.createDirectories(path());
    for (final String name : List.of("run.lock", "events.jsonl")) {
      final Path link = Files.createSymbolicLink(path().resolve(name), victim);
      assertThatThrownBy(() -> RunFolder.create(path(), CONFIG))
          .isInstanceOf(RunException.class)
          .hasMessageContaining(name + ": is a symbolic link");
      Files.delete(link);
    }
    final String partial = ".config.json." + ProcessHandle.current().pid() + ".partial";
    Files.createSymbolicLink(path().resolve(partial), victim);
    RunFolder.create(path(), CONFIG).close();
    assertThat(victim).hasContent("precious");
  }
}
