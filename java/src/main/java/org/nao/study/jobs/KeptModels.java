package org.nao.study.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nao.model.ModelFile;
import org.nao.report.Table;
import org.nao.run.AtomicFiles;
import org.nao.run.IoFailure;

/**
 * The model files of a study: copies in its folder {@code models}, so that they are there without
 * the folder of trainings, and {@code models.csv} with the architecture and accuracies of each.
 */
public final class KeptModels {
  private static final String FOLDER = "models";

  private final Trainings trainings;
  private final Map<String, StandaloneJob> jobs = new LinkedHashMap<>();

  public KeptModels(Trainings trainings) {
    this.trainings = trainings;
  }

  /**
   * Adds a training that is done, unless it leaves no model file.
   *
   * @param set of its architecture
   * @param number of the architecture in the set, from 0
   * @param training of the architecture, from 0
   */
  public void add(String set, int number, int training, StandaloneJob job) {
    if (job.keepsWeights()) {
      final String name = set.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
      jobs.put("%s-%d-%d.safetensors".formatted(name, number + 1, training + 1), job);
    }
  }

  /** Writes the files, if there are any. */
  public void write(Path folder) {
    if (jobs.isEmpty()) {
      return;
    }
    final Path models = folder.resolve(FOLDER);
    try {
      Files.createDirectories(models);
    } catch (IOException e) {
      throw IoFailure.of(models, "cannot be made", e);
    }
    final Table table = new Table("model", "architecture", "validation_accuracy", "test_accuracy");
    jobs.forEach(
        (name, job) -> {
          AtomicFiles.copy(
              trainings.folder(job).resolve(ModelFile.OF_TRAINING), models.resolve(name));
          final StandaloneResult result = trainings.result(job).orElseThrow();
          table.add(
              FOLDER + "/" + name,
              job.key().architecture(),
              String.valueOf(result.validationAccuracy()),
              String.valueOf(result.testAccuracy()));
        });
    AtomicFiles.write(folder.resolve("models.csv"), table.csv());
  }
}
