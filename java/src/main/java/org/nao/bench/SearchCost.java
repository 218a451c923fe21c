package org.nao.bench;

import java.util.ArrayList;
import java.util.List;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.text.Counted;

/**
 * The hours of a search, counted from its configuration and from rates: steps, evaluations and
 * controller epochs times their seconds.
 *
 * @param supernetSteps training steps of all rounds
 * @param evaluations architectures evaluated, a repeated one counted again
 * @param standaloneSteps training steps of the re-ranking
 * @param controllerEpochs epochs of all controller trainings
 * @param hours by part of the search
 * @param totalHours sum of the parts
 * @param extrapolated what was not measured at its size, and what is left out, in sentences
 */
public record SearchCost(
    long supernetSteps,
    long evaluations,
    long standaloneSteps,
    long controllerEpochs,
    Hours hours,
    double totalHours,
    List<String> extrapolated) {
  private static final double SECONDS_PER_HOUR = 3600;

  /** Hours of the parts. */
  public record Hours(double training, double evaluation, double controller, double reranking) {}

  /**
   * Counts.
   *
   * @param trainingImages of the data set, validation images not among them
   * @param measuredSteps how many training steps the rates are means of
   */
  public static SearchCost of(
      SearchConfig config, int trainingImages, int measuredSteps, SearchRates rates) {
    final long stepsPerEpoch = (trainingImages - 1) / config.batch() + 1;
    final long rounds = config.rounds();
    final boolean fresh = config.supernet().scores() == SupernetConfig.Scores.FRESH;
    long evaluations = 0;
    double controllerSeconds = 0;
    for (int round = 0; round < rounds; round++) {
      final int pool = config.initialPool() + round * config.newArchitectures();
      evaluations += fresh || round == 0 ? pool : config.newArchitectures();
      if (round + 1 < rounds) {
        final SearchRates.ControllerRates controller = rates.controller();
        controllerSeconds +=
            config.controller().epochs() * controller.epochSeconds() * pool / controller.sequences()
                + config.maxStepSize() * controller.generationSeconds();
      }
    }
    final long supernetSteps = rounds * config.epochs() * stepsPerEpoch;
    final int top = config.reranking().top();
    final long standaloneSteps = (long) top * config.reranking().epochs() * stepsPerEpoch;
    final Hours hours =
        new Hours(
            supernetSteps * rates.trainStepSeconds() / SECONDS_PER_HOUR,
            evaluations * rates.evaluationSeconds() / SECONDS_PER_HOUR,
            controllerSeconds / SECONDS_PER_HOUR,
            (standaloneSteps * rates.standaloneStepSeconds()
                    + (double) top * config.validation() * rates.standaloneImageSeconds())
                / SECONDS_PER_HOUR);
    return new SearchCost(
        supernetSteps,
        evaluations,
        standaloneSteps,
        (rounds - 1) * config.controller().epochs(),
        hours,
        hours.training() + hours.evaluation() + hours.controller() + hours.reranking(),
        extrapolated(config, measuredSteps, rates));
  }

  private static List<String> extrapolated(
      SearchConfig config, int measuredSteps, SearchRates rates) {
    final List<String> sentences = new ArrayList<>();
    sentences.add(
        "training: a mean over %s of random architectures, drawn as in the first round; the"
                .formatted(Counted.of(measuredSteps, "step"))
            + " controller's later ones may be larger or smaller");
    sentences.add("evaluation: the mean of one call, on random architectures");
    sentences.add("re-ranking: three random architectures for the search's best ones");
    sentences.add(
        "controller: measured with %s, in proportion for a pool of %d and more"
            .formatted(
                Counted.of(rates.controller().sequences(), "architecture"), config.initialPool()));
    sentences.add(
        "controller: generation as if it tried %s, the most it may"
            .formatted(Counted.of(config.maxStepSize(), "step size")));
    sentences.add("left out: reading the data, checkpoints, the start of the process");
    return sentences;
  }
}
