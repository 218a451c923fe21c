package org.nao.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.nao.data.ImageData;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.estimate.TrialFolder;
import org.nao.run.Folders;
import org.nao.run.StopRequest;

/** What a training will take here: its own pieces, each done for seconds. */
public final class TrainEstimate {
  private TrainEstimate() {}

  /**
   * Measures; nothing is left of it.
   *
   * @param data the images, in the configuration's form
   * @param notices hears sentences for the user
   */
  public static Cost of(TrainConfig config, ImageData data, Consumer<String> notices) {
    return of(Estimation.ofProcess(), config, data, notices);
  }

  static Cost of(
      Estimation estimation, TrainConfig config, ImageData data, Consumer<String> notices) {
    try (TrialFolder trial = new TrialFolder(config);
        TrainRun run = new TrainRun(trial.folder(), config, data, new StopRequest(), notices)) {
      estimation.ready();
      measure(estimation, config, trial, run);
      return estimation.finish(run.device());
    }
  }

  private static void measure(
      Estimation estimation, TrainConfig config, TrialFolder trial, TrainRun run) {
    estimation.add(
        "training",
        run.training().totalSteps(),
        "step",
        estimation.stepSeconds((stop, observer) -> run.training().run(0, stop, observer)));
    final int validated = run.validationImages();
    if (validated > 0) {
      estimation.add(
          "validation",
          (long) config.epochs() * validated,
          "image",
          estimation.secondsEach(validated, config.batch(), run::validate));
    }
    run.keepWeights();
    estimation.checkpoints(config.epochs(), trial.folder(), () -> run.save(0, Map.of()));
    final Path model = run.writeModel();
    estimation.keep(Folders.bytes(model));
    estimation.add(
        "test",
        run.testImages(),
        "image",
        estimation.secondsEach(
            run.testImages(), config.batch(), count -> run.test(model, count, done -> {})));
  }
}
