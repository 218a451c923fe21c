package org.nao.cli;

import org.nao.search.tokens.Duplicates;
import picocli.CommandLine.Option;

/** Which architectures a search looks at. */
final class PoolOptions {
  @Option(names = "--pool", paramLabel = "P", description = "Random architectures at the start.")
  private Integer pool;

  @Option(
      names = "--new",
      paramLabel = "K",
      description = "Architectures that the controller adds between two rounds.")
  private Integer newArchitectures;

  @Option(
      names = "--duplicates",
      paramLabel = "WHICH",
      description = "Architectures that count once: canonical, the same graph, or literal.")
  private Duplicates duplicates;

  @Option(
      names = "--validation",
      paramLabel = "V",
      description = "Images of the training set kept for validation.")
  private Integer validation;

  @Option(
      names = "--max-step-size",
      paramLabel = "S",
      description = "The controller moves embeddings by steps of 1, 2, ... up to this size.")
  private Integer maxStepSize;

  @Option(
      names = "--overgeneration",
      paramLabel = "K",
      description =
          "The controller makes K times as many new architectures as wanted, and those are kept that"
              + " it predicts most of; 1: the first ones, as in the paper.")
  private Integer overgeneration;

  @Option(
      names = "--max-parameters",
      paramLabel = "P",
      description = "Most parameters of an architecture trained alone at N and C (default: any).")
  private Long maxParameters;

  @Option(
      names = "--max-macs",
      paramLabel = "M",
      description = "Most multiply-adds of such a network for an image (default: any).")
  private Long maxMacs;

  @Option(
      names = "--max-latency",
      paramLabel = "MS",
      description =
          "Most milliseconds of such a network for one image on this device, added up from"
              + " operations measured at the beginning (default: any).")
  private Double maxLatency;

  @Option(
      names = "--target-latency",
      paramLabel = "MS",
      description =
          "Search for accuracy times (latency / MS) to the power of --latency-weight, of such"
              + " latencies (default: for accuracy alone).")
  private Double targetLatency;

  @Option(
      names = "--latency-weight",
      paramLabel = "W",
      description = "How much latency counts beside accuracy, below 0, for example -0.07.")
  private Double latencyWeight;

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--pool", "initialPool", pool)
        .put("--new", "newArchitectures", newArchitectures)
        .put("--max-step-size", "maxStepSize", maxStepSize)
        .put("--overgeneration", "overgeneration", overgeneration)
        .put("--max-parameters", "maxParameters", maxParameters)
        .put("--max-macs", "maxMacs", maxMacs)
        .put("--max-latency", "maxLatency", maxLatency)
        .put("--target-latency", "latencyObjective.targetMillis", targetLatency)
        .put("--latency-weight", "latencyObjective.weight", latencyWeight)
        .put("--duplicates", "duplicates", duplicates)
        .put("--validation", "validation", validation);
  }
}
