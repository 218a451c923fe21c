package org.nao.cli;

import org.nao.supernet.ValidationOrder;
import picocli.CommandLine.Option;

/** How DARTS searches. */
final class DartsOptions {
  @Option(
      names = "--order",
      paramLabel = "K",
      description = "Of DARTS' architecture gradient: 1, or 2 with the weights a step ahead.")
  private Integer order;

  @Option(
      names = "--partial-batches",
      negatable = true,
      description = "End DARTS' epochs with the images that fill no batch, or without them.")
  private Boolean partialBatches;

  @Option(
      names = "--validation-order",
      paramLabel = "HOW",
      description = "DARTS' validation batches: all images once an epoch, or drawn anew each step.")
  private ValidationOrder validationOrder;

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--order", "darts.order", order)
        .put("--partial-batches", "darts.partialBatches", partialBatches)
        .put("--validation-order", "darts.validationOrder", validationOrder);
  }
}
