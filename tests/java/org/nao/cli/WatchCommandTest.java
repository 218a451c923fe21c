package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.page.RunWatch;

class WatchCommandTest {
  @TempDir private Path folder;
  private Path run;

  @BeforeEach
  void makeRun() throws IOException {
    run = folder.resolve("run");
    TinyRuns.search(run, 12);
  }

  private RunWatch watch() {
    return new RunWatch(run, "1", words -> String.join(" ", words));
  }

  @Test
  void aRunThatHasEndedIsNotWaitedFor() {
    final Invocation invocation = Invocation.of("watch", run.toString());
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.out()).contains("run is finished.", "nao report " + run);
  }

  @Test
  void withoutATerminalThereIsALineForEachEvent() throws IOException {
    final Invocation invocation = Invocation.of("watch", "--terminal", run.toString());
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.lines())
        .hasSize(Files.readAllLines(run.resolve("events.jsonl")).size() + 1)
        .contains(
            "2026-01-02 03:04:01 UTC  train, round 2, epoch 2, loss 1.0000, accuracy 60.00 %");
    assertThat(invocation.out()).doesNotContain("\u001b");
  }

  @Test
  void newsAreToldOnceAndGoBackWithTheLog() throws IOException {
    final Path log = run.resolve("events.jsonl");
    final List<String> lines = Files.readAllLines(log);
    final RunWatch watch = watch();
    Files.write(log, lines.subList(0, 3));
    assertThat(watch.news()).hasSize(3);
    assertThat(watch.news()).isEmpty();
    Files.write(log, lines.subList(0, 2));
    assertThat(watch.news()).isEmpty();
    Files.write(log, lines.subList(0, 4));
    assertThat(watch.news()).hasSize(2);
  }

  @Test
  void theViewFitsTheTerminal() {
    assertThat(watch().view(40, true)).allMatch(each -> each.length() <= 40);
    assertThat(watch().view(120, true))
        .anyMatch(each -> each.startsWith("best accuracy") && each.endsWith("80.00 %"))
        .anyMatch(each -> each.startsWith("loss in training") && each.endsWith("█▁█▁█▁"));
    assertThat(String.join("", watch().view(120, false))).matches("\\p{ASCII}*");
  }

  @Test
  void thePageChangesWithItsFiles() throws IOException {
    final RunWatch watch = watch();
    final String before = watch.page().tag();
    assertThat(watch.page().tag()).isEqualTo(before);
    assertThat(watch.page().html()).contains("<main data-live>");
    Files.delete(run.resolve("summary.json"));
    assertThat(watch.page().tag()).isNotEqualTo(before);
  }

  @Test
  void mistakesAreOneSentence() {
    assertThat(Invocation.of("watch", folder.toString()).err())
        .contains("expected the folder of a run");
    assertThat(Invocation.of("watch", run.toString(), "--port", "70000").err())
        .contains("--port is 70000, allowed are 0 to 65535");
  }
}
