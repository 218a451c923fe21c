package org.nao.study.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nao.estimate.Estimation;
import org.nao.estimate.TrialFolder;
import org.nao.model.ModelFile;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.training.StandaloneTraining;

/**
 * Trains one architecture alone.
 *
 * @param keepsWeights whether it leaves a model file
 */
public record StandaloneJob(Workplace workplace, StandaloneKey key, boolean keepsWeights)
    implements Job<StandaloneResult> {
  private static final int MEASURED = 3;

  public static StandaloneJob of(
      Workplace workplace,
      StandaloneConfig config,
      String architecture,
      long seed,
      boolean keepsWeights) {
    return new StandaloneJob(
        workplace,
        new StandaloneKey(
            StudyFormat.VERSION,
            workplace.place(),
            workplace.space().title(),
            workplace.space().nodes(),
            architecture,
            config.layers(),
            config.channels(),
            config.batch(),
            config.epochs(),
            config.auxiliaryHead(),
            config.recipe(),
            seed),
        keepsWeights);
  }

  @Override
  public String kind() {
    return "standalone";
  }

  @Override
  public Class<StandaloneResult> resultType() {
    return StandaloneResult.class;
  }

  @Override
  public boolean isWhole(Path folder) {
    return !keepsWeights || Files.isRegularFile(folder.resolve(ModelFile.OF_TRAINING));
  }

  private StandaloneTraining training() {
    return new StandaloneTraining(
        workplace.device(),
        workplace.space(),
        workplace.shape(key.layers(), key.channels()).withAuxiliary(key.auxiliaryHead()),
        workplace.parse(key.architecture()),
        workplace.images(),
        key.recipe(),
        key.epochs(),
        key.epochs(),
        key.batch(),
        key.seed());
  }

  @Override
  public Object likeness() {
    return List.of(key.layers(), key.channels(), key.batch(), key.epochs(), key.auxiliaryHead());
  }

  /** Architectures differ. */
  @Override
  public int sample() {
    return MEASURED;
  }

  @Override
  public void estimate(Estimation estimation) {
    try (StandaloneTraining training = training();
        TrialFolder trial = new TrialFolder(key)) {
      estimation.add(
          "training",
          training.totalSteps(),
          "step",
          estimation.stepSeconds((stop, observer) -> training.run(0, stop, observer)));
      final int validation = workplace.images().split().validation().length;
      estimation.add(
          "scores",
          validation + workplace.testImages().length,
          "image",
          estimation.secondsEach(validation, key.batch(), training::validationAccuracy));
      EpochCheckpoints.estimate(estimation, key.epochs(), trial.folder(), training.network());
      if (keepsWeights) {
        estimation.keep((long) training.table().elements() * Float.BYTES);
      }
    }
  }

  @Override
  public Optional<StandaloneResult> run(RunFolder folder, String title, StopRequest stop) {
    try (StandaloneTraining training = training()) {
      final EpochCheckpoints.State begun = EpochCheckpoints.restore(folder, training.network());
      final long first = begun.step();
      final long total = training.totalSteps();
      try (Progress progress = Progress.start(title, first, total, "steps")) {
        final EpochCheckpoints checkpoints =
            new EpochCheckpoints(folder, training.network(), progress, 0, begun.partial());
        final long done = training.run(first, stop, checkpoints);
        if (done < total) {
          checkpoints.save(done);
          return Optional.empty();
        }
      }
      if (keepsWeights) {
        ModelFile.write(
            folder.path().resolve(ModelFile.OF_TRAINING),
            workplace.model(key.architecture(), key.layers(), key.channels()),
            training);
      }
      return Optional.of(
          new StandaloneResult(
              training.validationAccuracy(),
              training.accuracy(workplace.test(), workplace.testImages())));
    }
  }
}
