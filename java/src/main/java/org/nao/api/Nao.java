package org.nao.api;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.engine.Device;
import org.nao.model.Evaluation;
import org.nao.model.ModelFile;
import org.nao.model.ModelImages;
import org.nao.model.OpenModel;
import org.nao.run.ConfigFiles;
import org.nao.run.FittingValues;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.train.TrainConfig;
import org.nao.train.TrainRun;
import org.nao.train.TrainSummary;

/**
 * The commands {@code nao search}, {@code nao train} and {@code nao evaluate} for programs. Values
 * are those of a run's {@code config.json}, by key, or by keys joined with dots; what none is given
 * for comes from the preset and is lowered to fit few images, as on the command line. Progress goes
 * to standard error. A method that is stopped leaves a checkpoint to go on from.
 *
 * <p>A value that is refused is a {@link org.nao.error.UserException}, images that cannot be read a
 * {@link org.nao.data.DataException}, a folder that cannot be used a {@link
 * org.nao.run.RunException}, and what goes wrong in the engine or on a device an {@link
 * org.nao.engine.EngineException}; the message of each is one sentence for the user.
 */
public final class Nao {
  private static final int BATCH = 100;
  private static final Consumer<String> NOTICES = System.err::println;

  private Nao() {}

  /**
   * Searches an architecture.
   *
   * @param algorithm such as {@code nao-v2}
   * @param preset {@code quick} or {@code paper}
   * @param values by key, such as {@code data} (a folder, an archive or the name of a data set),
   *     {@code space}, {@code seed}, {@code layers}, {@code threads}, {@code supernet.epochs}
   * @param folder of the run, new or empty
   * @param stop asks the search to stop at its next step
   * @return what was found, the best first; empty if it was stopped
   */
  public static Optional<SearchSummary> search(
      String algorithm, String preset, Map<String, ?> values, Path folder, StopRequest stop) {
    final SearchConfig from = Presets.of(algorithm, preset, space(values));
    final SearchConfig asked = ConfigFiles.resolve(from, Optional.empty(), values);
    final ImageData images = DataSource.resolve(asked.data()).load(asked.form());
    final FittingValues fitting =
        new FittingValues(ConfigFiles.written(from), Optional.empty(), values);
    SearchConfig.fit(fitting, images.training().count());
    final SearchConfig config =
        ConfigFiles.resolve(from, Optional.empty(), settled(asked.data(), values, fitting));
    try (RunFolder run = RunFolder.create(folder, config);
        Search search = run.orDiscard(() -> new Search(run, config, images, stop, NOTICES))) {
      return search.run();
    }
  }

  /**
   * Goes on with a search that was stopped.
   *
   * @param folder of the run
   * @return as of {@link #search}
   */
  public static Optional<SearchSummary> resumeSearch(Path folder, StopRequest stop) {
    final SearchConfig config = ConfigFiles.read(RunFolder.configFile(folder), SearchConfig.class);
    final ImageData images = DataSource.resolve(config.data()).load(config.form());
    try (RunFolder run = RunFolder.resume(folder, config);
        Search search = new Search(run, config, images, stop, NOTICES)) {
      return search.run();
    }
  }

  /**
   * Trains one architecture alone and tests it.
   *
   * @param preset {@code quick}, {@code cifar10} or {@code imagenet}
   * @param values by key, such as {@code data}, {@code space}, {@code architecture} (its text, or
   *     the name of a published genotype) or {@code network}, {@code epochs}
   * @param folder of the run, new or empty; the network will be in its {@code model.safetensors}
   * @param stop asks the training to stop at its next step
   * @return what it gave; empty if it was stopped
   */
  public static Optional<TrainSummary> train(
      String preset, Map<String, ?> values, Path folder, StopRequest stop) {
    final var from = TrainConfig.preset(preset, space(values));
    final TrainConfig asked =
        ConfigFiles.resolve(from, TrainConfig.class, Optional.empty(), values, Map.of());
    final ImageData images = DataSource.resolve(asked.data()).load(asked.form());
    final FittingValues fitting = new FittingValues(from, Optional.empty(), values);
    TrainConfig.fit(fitting, images.training().count());
    final TrainConfig config =
        ConfigFiles.resolve(
            from,
            TrainConfig.class,
            Optional.empty(),
            settled(asked.data(), values, fitting),
            Map.of());
    try (RunFolder run = RunFolder.create(folder, config);
        TrainRun training = run.orDiscard(() -> new TrainRun(run, config, images, stop, NOTICES))) {
      return training.run();
    }
  }

  /**
   * Goes on with a training that was stopped.
   *
   * @param folder of the run
   * @return as of {@link #train}
   */
  public static Optional<TrainSummary> resumeTraining(Path folder, StopRequest stop) {
    final TrainConfig config = ConfigFiles.read(RunFolder.configFile(folder), TrainConfig.class);
    final ImageData images = DataSource.resolve(config.data()).load(config.form());
    try (RunFolder run = RunFolder.resume(folder, config);
        TrainRun training = new TrainRun(run, config, images, stop, NOTICES)) {
      return training.run();
    }
  }

  /**
   * Opens a model file; {@link ModelFile#info()} tells its architecture, sizes and classes.
   *
   * @param fileOrFolder a model file, or the folder of a training or a search: its best model
   */
  public static ModelFile model(Path fileOrFolder) {
    return ModelFile.open(ModelFile.locate(fileOrFolder));
  }

  /**
   * Tests a network on images of its data set.
   *
   * @param part test images, or those that it was trained or validated on
   * @param device {@code cpu}, {@code cuda:N} or {@code auto}
   * @param threads of the CPU; 0 for all that this process may use
   */
  public static Evaluation evaluate(
      ModelFile model, ModelImages.Part part, String device, int threads) {
    final ModelImages images = ModelImages.load(model, Optional.empty(), part, false);
    try (Device opened = Device.open(device, threads);
        OpenModel network = new OpenModel(opened, model)) {
      return Evaluation.of(
          network,
          model.info(),
          images.set(),
          images.indices(),
          Math.min(BATCH, images.indices().length),
          part.title() + " images",
          new StopRequest());
    }
  }

  /** The search space's name, empty where the preset chooses it. */
  private static String space(Map<String, ?> values) {
    return values.containsKey("space") ? values.get("space").toString() : "";
  }

  /** The values with a place of the images that holds from any working folder. */
  private static Map<String, Object> settled(
      String data, Map<String, ?> values, FittingValues fitting) {
    final Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(fitting.lowered());
    all.put("data", DataSource.place(data));
    return all;
  }
}
