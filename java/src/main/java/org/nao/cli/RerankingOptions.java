package org.nao.cli;

import org.nao.network.AuxiliaryHead;
import org.nao.search.config.RerankingConfig.Ramp;
import picocli.CommandLine.Option;

/** How the best architectures are trained alone. */
final class RerankingOptions {
  @Option(names = "--top", paramLabel = "K", description = "Best architectures to train alone.")
  private Integer top;

  @Option(
      names = "--auxiliary-head",
      paramLabel = "HOW",
      description =
          "Their auxiliary head: none, copy, or authors, whose first ReLU changes what follows.")
  private AuxiliaryHead auxiliaryHead;

  @Option(
      names = "--reranking-ramp",
      paramLabel = "HOW",
      description = "Drop-path grows over their own steps, or over search, all steps of --epochs.")
  private Ramp ramp;

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--top", "reranking.top", top)
        .put("--auxiliary-head", "reranking.auxiliaryHead", auxiliaryHead)
        .put("--reranking-ramp", "reranking.ramp", ramp);
  }
}
