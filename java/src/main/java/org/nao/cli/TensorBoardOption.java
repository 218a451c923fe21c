package org.nao.cli;

import org.nao.run.RunFolder;
import picocli.CommandLine.Option;

/** Whether a run also tells TensorBoard what happens. A run that has begun so goes on so. */
final class TensorBoardOption {
  @Option(
      names = "--tensorboard",
      description = "Also write the events of events.jsonl as TensorBoard reads them.")
  private boolean given;

  /** Before the run's first event. */
  void mirror(RunFolder folder) {
    folder.mirrorEvents(given);
  }
}
