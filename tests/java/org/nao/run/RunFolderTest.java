package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
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
    assertThat(RunFolder.configFile(path())).hasContent("{\n  \"seed\" : 7\n}\n");
    assertThat(RunFolder.summaryFile(path())).hasContent("{\n  \"algorithm\" : \"random\"\n}\n");
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
    try (RunFolder folder = RunFolder.resume(path(), Map.of())) {
      assertThat(folder.checkpoint().load()).isEmpty();
    }
    assertThat(left).doesNotExist();
  }

  @Test
  void aResumedRunKeepsWithWhatItWentOn() {
    RunFolder.create(path(), Map.of("device", "cpu")).close();
    RunFolder.resume(path(), Map.of("device", "cuda:1")).close();
    assertThat(RunFolder.configFile(path())).hasContent("{\n  \"device\" : \"cuda:1\"\n}\n");
  }

  @Test
  void refusesToStartOverARun() {
    RunFolder.create(path(), Map.of()).close();
    assertThatThrownBy(() -> RunFolder.create(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("already holds a run; continue it with --resume");
  }

  @Test
  void startsWhereARunWasKilledBeforeItsConfigurationWasWritten() throws IOException {
    Files.createDirectories(path());
    Files.writeString(path().resolve("run.lock"), "{\"pid\":1}\n");
    Files.writeString(path().resolve("events.jsonl"), "{\"step\":1}\n");
    Files.createFile(path().resolve(".config.json.1.partial"));
    RunFolder.create(path(), Map.of()).close();
    assertThat(path().resolve("events.jsonl")).isEmptyFile();
    assertThat(path().resolve(".config.json.1.partial")).doesNotExist();
  }

  @Test
  void refusesAForeignFolder() throws IOException {
    Files.createDirectories(path());
    Files.createFile(path().resolve("holiday.jpg"));
    assertThatThrownBy(() -> RunFolder.create(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("found one with other files (holiday.jpg)");
    assertThatThrownBy(() -> RunFolder.resume(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("found none of its files (no config.json)");
    assertThat(path().resolve("holiday.jpg")).exists();
  }

  @Test
  void refusesAFileAndAMissingFolder() throws IOException {
    final Path file = Files.createFile(parent.resolve("file"));
    assertThatThrownBy(() -> RunFolder.create(file, Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": the run folder cannot be made (a file of that name is in the way).");
    assertThatThrownBy(() -> RunFolder.create(file.resolve("run"), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("the run folder cannot be made");
    assertThatThrownBy(() -> RunFolder.resume(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessage(path() + ": expected the folder of a run, found no folder.");
  }

  @Test
  void anUnwritableFileIsOneSentence() throws IOException {
    Files.createDirectories(path().resolve("events.jsonl"));
    assertThatThrownBy(() -> RunFolder.create(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("events.jsonl: cannot be opened (Is a directory).");
  }

  @Test
  void oneProcessHoldsTheFolder() throws IOException {
    final Process holder = ChildJvm.start(Holder.class, path());
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('+');
      assertThatThrownBy(() -> RunFolder.resume(path(), Map.of()))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("the run folder is in use by process " + holder.pid() + " on ");
    } finally {
      holder.destroyForcibly().onExit().join();
    }
    RunFolder.resume(path(), Map.of()).close();
  }

  @Test
  void oneObjectOfAProcessHoldsTheFolder() {
    final RunFolder first = RunFolder.create(path(), Map.of());
    assertThatThrownBy(() -> RunFolder.resume(path(), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    first.close();
    RunFolder.resume(path(), Map.of()).close();
  }

  /** Holds a run folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (RunFolder folder = RunFolder.create(Path.of(arguments[0]), Map.of())) {
        folder.events().append(Map.of("phase", "holding"));
        System.out.print('+');
        System.out.flush();
        ChildJvm.awaitParent();
      }
    }
  }

  @Test
  void aClaimedRunBeginsGoesOnOrBelongsToAnother() {
    try (RunFolder first = RunFolder.claim(path(), Map.of("seed", 7)).orElseThrow()) {
      first.checkpoint().save(Map.of("step", 3), Map.of());
      assertThat(RunFolder.claim(path(), Map.of("seed", 7))).isEmpty();
    }
    try (RunFolder again = RunFolder.claim(path(), Map.of("seed", 8)).orElseThrow()) {
      assertThat(again.checkpoint().load().orElseThrow().state().path("step").asInt()).isEqualTo(3);
      again.checkpoint().delete();
      assertThat(again.checkpoint().load()).isEmpty();
    }
    assertThat(RunFolder.configFile(path())).hasContent("{\n  \"seed\" : 7\n}\n");
  }
}
