package org.nao.page;

import java.nio.file.Files;
import java.nio.file.Path;
import org.nao.run.RunFolder;

/** Whether a run goes on. */
enum RunState {
  RUNNING("running"),
  STOPPED("stopped before its end"),
  FINISHED("finished");

  private final String words;

  RunState(String words) {
    this.words = words;
  }

  static RunState of(Path run) {
    // In this order: a run that ends in between is finished.
    final boolean held = RunFolder.isHeld(run);
    if (Files.exists(RunFolder.summaryFile(run))) {
      return FINISHED;
    }
    return held ? RUNNING : STOPPED;
  }

  String words() {
    return words;
  }
}
