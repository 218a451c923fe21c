package org.nao.cli;

import org.nao.engine.Statistics;
import org.nao.search.config.SupernetConfig.EvaluationBatches;
import org.nao.search.config.SupernetConfig.IdleUpdate;
import org.nao.search.config.SupernetConfig.Schedule;
import org.nao.search.config.SupernetConfig.Scores;
import org.nao.search.config.SupernetConfig.TrainOn;
import org.nao.supernet.Sampling;
import picocli.CommandLine.Option;

/** How shared weights are trained and used, with the choices the paper and its code differ in. */
final class SupernetOptions {
  @Option(
      names = {"--learning-rate", "--lr"},
      paramLabel = "RATE",
      description = "Supernet's learning rate in the first epoch.")
  private Double learningRate;

  @Option(
      names = "--sampling",
      paramLabel = "HOW",
      description =
          "Architectures of a step: proportional to model size, or uniform; fair, every operation"
              + " once; or sandwich, the largest, the smallest and others.")
  private Sampling sampling;

  @Option(
      names = "--warm-start",
      negatable = true,
      description = "Go on with the supernet's weights in a new round, or draw new ones.")
  private Boolean warmStart;

  @Option(
      names = "--architectures-per-step",
      paramLabel = "K",
      description =
          "Architectures of a training step, each with a batch of its own; their gradients are"
              + " added up and divided by K (default 1).")
  private Integer architecturesPerStep;

  @Option(
      names = "--train-on",
      paramLabel = "WHICH",
      description = "Architectures a round trains: the whole pool, or new, those found last.")
  private TrainOn trainOn;

  @Option(
      names = "--schedule",
      paramLabel = "HOW",
      description =
          "Learning rate: independent, a cosine per round, or dependent, one over all rounds"
              + " (needs --warm-start).")
  private Schedule schedule;

  @Option(
      names = "--idle-update",
      paramLabel = "HOW",
      description = "Weights a step does not use: frozen, or decay, by decay and momentum.")
  private IdleUpdate idleUpdate;

  @Option(
      names = "--bn",
      paramLabel = "HOW",
      description =
          "Batch normalisation in the evaluation: batch statistics, running ones, or authors, as"
              + " their code mixes them.")
  private Statistics bn;

  @Option(
      names = "--evaluation-batches",
      paramLabel = "WHICH",
      description = "Validation images of an architecture: fixed for all, or random for each.")
  private EvaluationBatches evaluationBatches;

  @Option(
      names = "--evaluation-images",
      paramLabel = "V",
      description = "How many, a multiple of --evaluation-batch.")
  private Integer evaluationImages;

  @Option(
      names = "--evaluation-batch",
      paramLabel = "B",
      description = "Images per batch of the evaluation.")
  private Integer evaluationBatch;

  @Option(
      names = "--scores",
      paramLabel = "WHICH",
      description = "Accuracies of earlier rounds: fresh, all are evaluated again, or cached.")
  private Scores scores;

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--learning-rate", "supernet.recipe.learningRate", learningRate)
        .put("--sampling", "supernet.sampling", sampling)
        .put("--architectures-per-step", "supernet.architecturesPerStep", architecturesPerStep)
        .put("--warm-start", "supernet.warmStart", warmStart)
        .put("--train-on", "supernet.trainOn", trainOn)
        .put("--schedule", "supernet.schedule", schedule)
        .put("--idle-update", "supernet.idleUpdate", idleUpdate)
        .put("--bn", "supernet.bn", bn)
        .put("--evaluation-batches", "supernet.evaluationBatches", evaluationBatches)
        .put("--evaluation-images", "supernet.evaluationImages", evaluationImages)
        .put("--evaluation-batch", "supernet.evaluationBatch", evaluationBatch)
        .put("--scores", "supernet.scores", scores);
  }
}
