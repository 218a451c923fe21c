package org.nao.cli;

import org.nao.network.AuxiliaryHead;
import org.nao.search.config.RerankingConfig.Ramp;
import org.nao.search.config.RerankingConfig.Ranking;
import picocli.CommandLine.Option;

/** How the best architectures are trained alone. */
final class RerankingOptions {
  @Option(names = "--top", paramLabel = "K", description = "Best architectures to train alone.")
  private Integer top;

  @Option(
      names = "--ranking",
      paramLabel = "HOW",
      description =
          "Which are the best: those of the highest score, or combined, by that score, "
              + "--ranking-scores and the accuracies of those trained before.")
  private Ranking ranking;

  @Option(
      names = "--ranking-scores",
      paramLabel = "NAME[,NAME...]",
      description = "Scores without training to combine, as nao arch score names them.")
  private String scores;

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
        .put("--ranking", "reranking.ranking", ranking)
        .put("--ranking-scores", "reranking.scores", scores)
        .put("--auxiliary-head", "reranking.auxiliaryHead", auxiliaryHead)
        .put("--reranking-ramp", "reranking.ramp", ramp);
  }
}
