package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How long and in which portions to train. */
final class TrainingOptions {
  @Option(names = "--batch", paramLabel = "B", description = "Images per training step.")
  private Integer batch;

  @Option(names = "--epochs", paramLabel = "E", description = "Epochs of each training.")
  private Integer epochs;

  @Option(names = "--rounds", paramLabel = "R", description = "Rounds of training and searching.")
  private Integer rounds;

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "batch", batch);
    Given.put(given, "epochs", epochs);
    Given.put(given, "rounds", rounds);
    return given;
  }
}
