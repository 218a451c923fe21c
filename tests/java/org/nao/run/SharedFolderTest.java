package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFolderTest {
  @TempDir private Path shared;

  /** The other process of a trial. */
  static final class Assistant {
    private Assistant() {}

    public static void main(String[] folder) {
      new SharedFolder(Path.of(folder[0])).assist();
    }
  }

  /** Takes every name although it is there, as where claims cannot be relied on. */
  static final class Cheat {
    private Cheat() {}

    public static void main(String[] arguments) throws Exception {
      final Path folder = Path.of(arguments[0]);
      for (int turn = 0; turn < 20; turn++) {
        while (!Files.exists(folder.resolve("ask-" + turn))) {
          Thread.sleep(1);
        }
        if (turn == 19) {
          AtomicFiles.write(folder.resolve("wins"), "200 200\n");
        }
        AtomicFiles.write(folder.resolve("answer-" + turn), "");
      }
    }
  }

  private SharedFolder.Findings trial(Class<?> other) throws IOException {
    final SharedFolder folder = SharedFolder.in(shared);
    final Process process = ChildJvm.start(other, folder.path());
    try {
      return folder.examine(process);
    } finally {
      process.destroyForcibly().onExit().join();
      folder.remove();
    }
  }

  @Test
  void aLocalFolderIsFit() throws IOException {
    final SharedFolder.Findings findings = trial(Assistant.class);
    assertThat(findings.problems()).isEmpty();
    assertThat(findings.locks()).isTrue();
    assertThat(findings.secondsOfAnswer()).isPositive();
    assertThat(Math.abs(findings.secondsOfSkew())).isLessThan(1);
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void namesThatTwoProcessesHaveAreAProblem() throws IOException {
    assertThat(trial(Cheat.class).problems())
        .hasSize(2)
        .allMatch(each -> each.startsWith("of 200 files that two processes"));
  }

  @Test
  void aProcessThatSeesNothingIsAProblem() throws IOException {
    assertThat(trial(String.class).problems())
        .containsExactly("a process does not see what another one writes");
  }
}
