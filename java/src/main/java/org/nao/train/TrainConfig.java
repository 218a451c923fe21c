package org.nao.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nao.data.ImageForm;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NamedNetwork;
import org.nao.network.NetworkShape;
import org.nao.network.Stem;
import org.nao.run.FittingValues;
import org.nao.run.PresetFiles;
import org.nao.run.Values;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.ExponentialSchedule;
import org.nao.training.LearningRates;
import org.nao.training.Recipe;
import org.nao.training.WarmUp;

/**
 * The training of one architecture.
 *
 * @param imageSize side that images are brought to; 0: as they are
 * @param validation images of the training set kept to choose the best epoch; 0: the last one
 *     counts
 * @param threads CPU threads; 0 for all that the process may use
 * @param libraries whether a GPU uses NVIDIA's
 * @param operations names of those of the space that were searched, with commas; empty: all
 * @param architecture text form
 * @param network name of a network without cells, in place of all about architectures; empty: none
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param stem what comes before the first cell
 * @param batch images that go through the network at a time
 * @param accumulate batches of a training step, whose gradients are added up
 * @param epochs of the whole training, those of the warm-up included
 * @param warmupEpochs in which the learning rate rises
 * @param schedule how the learning rate falls after the warm-up
 * @param learningRateDecay factor from epoch to epoch of the exponential schedule
 * @param labelSmoothing fraction of a label that all classes share
 * @param ema decay of the moving average of the weights, which is what is validated and kept; 0: no
 *     average, the weights themselves
 * @param auxiliaryHead what a second classifier does in training
 * @param weights file of the weights to begin with; empty: random ones
 * @param supernet file of a supernet's weights to begin with; empty: none
 */
public record TrainConfig(
    long seed,
    String data,
    int imageSize,
    int validation,
    String device,
    int threads,
    Precision precision,
    Libraries libraries,
    String space,
    int nodes,
    String operations,
    String architecture,
    String network,
    int layers,
    int channels,
    Stem stem,
    int batch,
    int accumulate,
    int epochs,
    int warmupEpochs,
    Schedule schedule,
    double learningRateDecay,
    double labelSmoothing,
    double ema,
    AuxiliaryHead auxiliaryHead,
    String weights,
    String supernet,
    Augmentation augmentation,
    Recipe recipe) {
  private static final int VALIDATION_SHARE = 5;
  private static final String COMPLETE = "cifar10";
  private static final String IMAGENET = "imagenet";
  private static final String QUICK = "quick";

  /** How the learning rate falls. */
  public enum Schedule {
    /** As the recipe's cosine. */
    COSINE,
    /** By one factor from epoch to epoch. */
    EXPONENTIAL
  }

  public TrainConfig {
    NetworkShape.checkImageSize(imageSize);
    Values.within("validation", validation, 0, Values.MOST);
    Values.within("threads", threads, 0, Values.MOST_THREADS);
    Values.within("batch", batch, 1, Values.MOST_BATCH);
    Values.within("accumulate", accumulate, 1, Values.MOST_BATCH / batch);
    Values.within("epochs", epochs, 1, Values.MOST);
    Values.within("warmupEpochs", warmupEpochs, 0, Values.MOST);
    if (warmupEpochs >= epochs) {
      throw new InvalidValue(
          "warmupEpochs",
          "is %d, must be less than {epochs}, which is %d".formatted(warmupEpochs, epochs));
    }
    Values.check(
        "labelSmoothing",
        labelSmoothing,
        labelSmoothing >= 0 && labelSmoothing < 1,
        "at least 0 and below 1");
    new ExponentialSchedule(1, learningRateDecay, 1);
    Values.check("ema", ema, ema >= 0 && ema < 1, "at least 0 and below 1");
    if (!weights.isEmpty() && !supernet.isEmpty()) {
      throw new InvalidValue("supernet", "cannot stand beside {weights}: both are to begin with");
    }
    if (!network.isEmpty()) {
      checkNetwork(network, architecture, auxiliaryHead, supernet);
    }
    if (stem == Stem.IMAGENET) {
      NetworkShape.imagenet(layers, channels);
    } else {
      NetworkShape.cifar10(layers, channels);
    }
    final SearchSpace named = SearchSpace.named(space, nodes, operations);
    if (network.isEmpty() && architecture.isEmpty()) {
      throw new UserException(
          "an architecture is missing: give --arch, --arch-file, --genotype, --network, or --run"
              + " with the folder of a search");
    }
    if (network.isEmpty()) {
      ArchitectureFormat.parseAny(named, architecture);
      checkEdgeCells(named, stem, auxiliaryHead);
    }
  }

  private static void checkEdgeCells(SearchSpace space, Stem stem, AuxiliaryHead auxiliaryHead) {
    if (space.hasEdgeCells() && stem != Stem.CIFAR) {
      throw new InvalidValue("stem", "must be cifar: networks of nasbench201 have no other");
    }
    if (space.hasEdgeCells() && auxiliaryHead.isPresent()) {
      throw new InvalidValue(
          "auxiliaryHead", "must be none: networks of nasbench201 have no such head");
    }
  }

  private static void checkNetwork(
      String network, String architecture, AuxiliaryHead auxiliaryHead, String supernet) {
    NamedNetwork.of(network);
    if (!architecture.isEmpty()) {
      throw new InvalidValue(
          "architecture", "cannot stand beside {network}: which one is trained?");
    }
    if (auxiliaryHead.isPresent()) {
      throw new InvalidValue("auxiliaryHead", "must be none: a {network} has no such head");
    }
    if (!supernet.isEmpty()) {
      throw new InvalidValue("supernet", "has no weights of a {network}");
    }
  }

  /**
   * The keys and values of a preset, without an architecture.
   *
   * @param name quick, cifar10 or imagenet
   * @param space whose networks are trained; those of the space darts have as many cells as the
   *     others, those of nasbench201 are trained as their table's were
   */
  public static ObjectNode preset(String name, String space) {
    final ObjectNode preset = PresetFiles.resource(TrainConfig.class, COMPLETE);
    switch (name) {
      case QUICK, IMAGENET ->
          PresetFiles.change(preset, PresetFiles.resource(TrainConfig.class, name));
      case COMPLETE -> {}
      default ->
          throw new UserException(
              "unknown preset '%s', expected %s, %s or %s"
                  .formatted(name, QUICK, COMPLETE, IMAGENET));
    }
    if (space.equals(SearchSpace.DARTS)) {
      final int layers = preset.get("layers").asInt();
      preset.put("layers", NetworkShape.cifar10(layers, 1).cells());
    }
    if (space.equals(SearchSpace.NASBENCH201)) {
      final ObjectNode changes = PresetFiles.resource(TrainConfig.class, space);
      PresetFiles.change(preset, changes.get("all"));
      if (name.equals(COMPLETE)) {
        PresetFiles.change(preset, changes.get(COMPLETE));
      }
    }
    return preset;
  }

  /**
   * Lowers what only the preset gives to what fits: where more than half of the training images
   * would validate, a fifth does; batches take no more images than there are.
   *
   * @param images of the training set
   */
  public static void fit(FittingValues values, int images) {
    if (values.number("validation") > images / 2) {
      values.atMost("validation", images / VALIDATION_SHARE);
    }
    values.atMost(
        "batch", Integer.highestOneBit(Math.max(1, images - values.number("validation"))));
  }

  /** What its images are like; those that it takes crops of may be larger. */
  public ImageForm form() {
    return ImageForm.of(imageSize).cropped(augmentation.randomResizedCrop());
  }

  /** The space of the architecture. */
  public SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  /** The architecture itself. */
  public Architecture parsed() {
    return ArchitectureFormat.parseAny(searchSpace(), architecture);
  }

  /** The learning rate of each epoch. */
  LearningRates rates() {
    final int falling = epochs - warmupEpochs;
    return new WarmUp(
        warmupEpochs,
        schedule == Schedule.EXPONENTIAL
            ? new ExponentialSchedule(recipe.learningRate(), learningRateDecay, falling)
            : recipe.schedule(falling));
  }
}
