package org.nao.cli;

import picocli.CommandLine.Option;

/** How long and in which portions to train. */
final class TrainingOptions {
  @Option(names = "--batch", paramLabel = "B", description = "Images per training step.")
  private Integer batch;

  @Option(names = "--epochs", paramLabel = "E", description = "Epochs of each training.")
  private Integer epochs;

  @Option(names = "--rounds", paramLabel = "R", description = "Rounds of training and searching.")
  private Integer rounds;

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--batch", "batch", batch)
        .put("--epochs", "epochs", epochs)
        .put("--rounds", "rounds", rounds);
  }
}
