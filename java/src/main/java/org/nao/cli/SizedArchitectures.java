package org.nao.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nao.data.DataSource;
import org.nao.error.UserException;
import org.nao.model.ModelFile;
import org.nao.network.NetworkShape;
import org.nao.network.Stem;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Architectures, and the space and size of their networks: as options say, or as a search or a
 * model file has them.
 */
final class SizedArchitectures {
  @Mixin private ArchitectureInput input;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;

  @Option(
      names = "--stem",
      paramLabel = "STEM",
      description =
          "cifar (default): networks for 32 x 32 pixels and 10 classes; imagenet: for 224 x 224 and"
              + " 1,000.")
  private Stem stem;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description =
          "The folder of a search: its space, N, C, image size and classes, and without"
              + " architectures its best ones.")
  private Path run;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "A model file: the same of it, and without architectures its own.")
  private Path model;

  /** What --run or --model has read, once. */
  private Found found;

  private record Found(SearchSpace space, NetworkShape shape, List<Architecture> architectures) {}

  /** Whether the user gave any of it. */
  boolean isGiven() {
    return input.isGiven()
        || run != null
        || model != null
        || stem != null
        || !spaceOptions.given().values().isEmpty()
        || !sizeOptions.given().values().isEmpty();
  }

  SearchSpace space() {
    return isOfFile() ? found().space() : spaceOptions.space();
  }

  NetworkShape shape() {
    if (isOfFile()) {
      return found().shape();
    }
    final NetworkShape shape = sizeOptions.shape(spaceOptions.space());
    return stem == Stem.IMAGENET ? NetworkShape.imagenet(shape.layers(), shape.channels()) : shape;
  }

  List<Architecture> read() {
    return isOfFile() && !input.isGiven() ? found().architectures() : input.read(space());
  }

  private boolean isOfFile() {
    if (run == null && model == null) {
      return false;
    }
    if (run != null && model != null) {
      throw new UserException("--run and --model cannot stand together.");
    }
    if (!spaceOptions.given().values().isEmpty()
        || !sizeOptions.given().values().isEmpty()
        || stem != null) {
      throw new UserException(
          "%s has its own space and size; leave out --space, --nodes, --operations, --layers,"
                  .formatted(run == null ? "--model" : "--run")
              + " --channels and --stem.");
    }
    return true;
  }

  private Found found() {
    if (found == null) {
      found = run == null ? ofModel() : ofRun();
    }
    return found;
  }

  private Found ofModel() {
    final ModelFile file = ModelFile.open(model);
    if (!file.info().hasCells()) {
      throw new UserException(
          "%s: is a %s, a network without cells; %s counts it."
              .formatted(
                  model,
                  file.info().network(),
                  Launcher.line("arch", "size", "--network", file.info().network())));
    }
    return new Found(file.info().searchSpace(), file.info().shape(), List.of(file.info().parsed()));
  }

  private Found ofRun() {
    final SearchConfig config = ConfigFiles.read(RunFolder.configFile(run), SearchConfig.class);
    final SearchSpace space = config.searchSpace();
    final Path summary = RunFolder.summaryFile(run);
    final List<Architecture> best =
        !Files.isRegularFile(summary)
            ? List.of()
            : ConfigFiles.read(summary, SearchSummary.class).top().stream()
                .map(each -> ArchitectureFormat.parseAny(space, each.architecture()))
                .toList();
    if (best.isEmpty() && !input.isGiven()) {
      throw new UserException(
          "%s: the search is not finished, it has no best architectures yet; give --file with one of its pools."
              .formatted(run));
    }
    return new Found(space, shape(config), best);
  }

  /** Of the winner's model file, since the images may be elsewhere. */
  private NetworkShape shape(SearchConfig config) {
    final Path winner = run.resolve(ModelFile.OF_WINNER.formatted(1));
    if (Files.isRegularFile(winner)) {
      return ModelFile.open(winner).info().shape();
    }
    return config.shape(DataSource.resolve(config.data()).load(config.form()).training());
  }
}
