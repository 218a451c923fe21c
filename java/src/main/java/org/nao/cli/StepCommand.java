package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.ControllerConfig;
import org.nao.controller.ControllerStep;
import org.nao.engine.Device;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.SupernetProgram;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.RunException;
import org.nao.run.Safetensors;
import org.nao.run.SafetensorsFile;
import org.nao.run.Tensor;
import org.nao.search.config.Presets;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.DartsStep;
import org.nao.training.StepRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao step}: one step from files, for comparison with another implementation. */
@Command(
    name = "step",
    description = {
      "Runs one deterministic training step or evaluation from files and writes all its numbers.",
      "Drop-path and dropout are off. Tensor names are the PyTorch state-dict names."
    })
final class StepCommand implements Runnable {
  private enum Kind {
    SUPERNET,
    STANDALONE,
    CONTROLLER
  }

  private static final float LEARNING_RATE = 0.025f;
  private static final float MOMENTUM = 0.9f;
  private static final float WEIGHT_DECAY = 3e-4f;

  /** The controller's defaults. */
  private static final ControllerConfig PAPER = Presets.of("nao-v2", "paper").controller();

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors file of the network's float tensors.")
  private Path weights;

  @Option(
      names = "--batch",
      required = true,
      paramLabel = "FILE",
      description = {
        "Safetensors file of input (float N,C,H,W) and target (int64 or int32 N); of the controller:"
            + " tokens (int32 or int64 N,T) and target (float N)."
      })
  private Path batch;

  @Option(
      names = {"--arch", "--architecture"},
      paramLabel = "TEXT",
      description =
          "The architecture, integers or another text form; DARTS' search network needs none.")
  private String architecture;

  @Option(
      names = "--network",
      paramLabel = "KIND",
      description =
          "supernet (default), standalone, or controller: NAO's, over sequences of tokens.")
  private Kind network = Kind.SUPERNET;

  @Option(
      names = "--valid-batch",
      paramLabel = "FILE",
      description =
          "DARTS' search network: like --batch, of the validation loss whose gradients alpha_grad"
              + " are.")
  private Path validationBatch;

  @Option(
      names = "--order",
      paramLabel = "K",
      description = "Of alpha_grad: 1 (default), or 2 with the weights a step of --lr further on.")
  private Integer order;

  @Option(
      names = "--aux",
      arity = "0..1",
      fallbackValue = "copy",
      defaultValue = "none",
      paramLabel = "HOW",
      description =
          "With an auxiliary head: copy, or authors, whose first ReLU changes what follows.")
  private AuxiliaryHead auxiliary;

  @Option(
      names = {"--lr", "--learning-rate"},
      description = "Learning rate (default 0.025; of the controller's Adam 0.001).")
  private Float learningRate;

  @Option(names = "--momentum", description = "Momentum (default 0.9).")
  private Float momentum;

  @Option(names = "--weight-decay", description = "Default 3e-4; of the controller 0.")
  private Float weightDecay;

  @Option(names = "--clip", defaultValue = "5", description = "Gradient norm limit (default 5).")
  private float clip;

  @Option(
      names = "--tradeoff",
      description = "Controller: weight of the predictor's loss, 0 to 1 (default 0.8).")
  private Double tradeoff;

  @Option(
      names = "--generate",
      split = ",",
      paramLabel = "SIZE",
      description =
          "Controller: step sizes, for example 1,2,5,20; the sequences that it makes of the batch"
              + " by each.")
  private double[] stepSizes;

  @Option(
      names = "--mode",
      defaultValue = "train",
      paramLabel = "MODE",
      description = "train (default), eval-batch or eval-running.")
  private String mode;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Result file.")
  private Path out;

  @Override
  public void run() {
    if (network == Kind.CONTROLLER) {
      runController();
      return;
    }
    if (tradeoff != null || stepSizes != null) {
      throw new UserException("--tradeoff and --generate are of --network controller.");
    }
    final SafetensorsFile weightFile = SafetensorsFile.open(weights);
    final Tensor classifier = weightFile.require("classifier.weight", Tensor.Type.F32, -1, -1);
    final int classes = Math.toIntExact(classifier.shape()[0]);
    final SafetensorsFile batchFile = SafetensorsFile.open(batch);
    final Tensor input = batchFile.require("input", Tensor.Type.F32, -1, -1, -1, -1);
    final long[] images = input.shape();
    final StepRun.Batch data = new StepRun.Batch(input.floats(), labels(batchFile, images[0]));

    final SearchSpace space = spaceOptions.space();
    final NetworkShape sizes = sizeOptions.shape(space);
    final NetworkShape shape =
        new NetworkShape(
            sizes.layers(),
            sizes.channels(),
            Math.toIntExact(images[1]),
            Math.toIntExact(images[2]),
            Math.toIntExact(images[3]),
            classes,
            auxiliary);
    final boolean mixed = space.isDarts() && network == Kind.SUPERNET;
    checkOptions(mixed);
    final DartsSearchNetwork search = mixed ? new DartsSearchNetwork(space, shape) : null;
    final StepRun run =
        mixed ? new StepRun(search.table(), search.words()) : stepRun(space, shape, parsed(space));
    try (Device opened = deviceOptions.open()) {
      final Map<String, Tensor> outputs =
          switch (mode) {
            case "train" ->
                validationBatch == null
                    ? run.train(opened, weightFile, data, classes, training(), rate())
                    : new DartsStep(search, order == null ? 1 : order)
                        .train(
                            opened,
                            weightFile,
                            data,
                            validation(images),
                            classes,
                            training(),
                            rate());
            case "eval-batch" -> run.evaluate(opened, weightFile, data, classes, Statistics.BATCH);
            case "eval-running" ->
                run.evaluate(opened, weightFile, data, classes, Statistics.RUNNING);
            default ->
                throw new UserException(
                    "--mode is '%s', allowed are train, eval-batch and eval-running."
                        .formatted(mode));
          };
      Safetensors.write(out, outputs, Map.of());
      if (output.json()) {
        output.object(scalars(outputs));
      }
    }
  }

  private void runController() {
    if (architecture != null
        || validationBatch != null
        || order != null
        || momentum != null
        || auxiliary != AuxiliaryHead.NONE
        || !mode.equals("train")) {
      throw new UserException(
          "--arch, --valid-batch, --order, --momentum, --aux and --mode are not of --network"
              + " controller.");
    }
    final double share = tradeoff == null ? PAPER.tradeoff() : tradeoff;
    if (!(share >= 0 && share <= 1)) {
      throw new UserException("--tradeoff is %s, allowed are 0 to 1.".formatted(share));
    }
    final double[] sizes = stepSizes == null ? new double[0] : stepSizes;
    for (final double size : sizes) {
      if (!(size >= 0) || Double.isInfinite(size)) {
        throw new UserException("--generate has %s, allowed are 0 and more.".formatted(size));
      }
    }
    final ControllerStep step =
        new ControllerStep(
            new ArchitectureTokens(spaceOptions.space()).layout(),
            learningRate == null ? PAPER.learningRate() : learningRate,
            clip,
            weightDecay == null ? PAPER.weightDecay() : weightDecay,
            share,
            sizes);
    try (Device device = deviceOptions.open()) {
      final Map<String, Tensor> outputs =
          step.run(device, SafetensorsFile.open(weights), SafetensorsFile.open(batch));
      Safetensors.write(out, outputs, Map.of());
      if (output.json()) {
        output.object(scalars(outputs));
      }
    }
  }

  private void checkOptions(boolean mixed) {
    if (mixed && architecture != null) {
      throw new UserException(
          "--arch is not of DARTS' search network; --network standalone takes a genotype.");
    }
    if (!mixed && architecture == null) {
      throw new UserException("--arch is missing.");
    }
    if (validationBatch == null ? order != null : !mixed || !mode.equals("train")) {
      throw new UserException(
          "--order needs --valid-batch, which is of --space darts with --mode train.");
    }
  }

  private Architecture parsed(SearchSpace space) {
    return ArchitectureFormat.parseAny(space, architecture);
  }

  /** Images of the same size. */
  private StepRun.Batch validation(long[] images) {
    final SafetensorsFile file = SafetensorsFile.open(validationBatch);
    final Tensor input =
        file.require("input", Tensor.Type.F32, -1, images[1], images[2], images[3]);
    return new StepRun.Batch(input.floats(), labels(file, input.shape()[0]));
  }

  private static Map<String, Object> scalars(Map<String, Tensor> outputs) {
    final Map<String, Object> scalars = new LinkedHashMap<>();
    scalars.put("loss", outputs.get("loss").floats()[0]);
    if (outputs.containsKey("grad_norm")) {
      scalars.put("grad_norm", outputs.get("grad_norm").floats()[0]);
    }
    if (outputs.containsKey("correct")) {
      scalars.put("correct", outputs.get("correct").longs()[0]);
    }
    return scalars;
  }

  private StepRun stepRun(SearchSpace space, NetworkShape shape, Architecture parsed) {
    if (network == Kind.SUPERNET) {
      final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
      return new StepRun(supernet.table(), supernet.words(parsed));
    }
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final StandaloneProgram program = networks.program(parsed);
    return new StepRun(
        program.table(),
        mode.equals("train") ? program.words() : networks.withoutHead(parsed, program.table()));
  }

  private float rate() {
    return learningRate == null ? LEARNING_RATE : learningRate;
  }

  private Training training() {
    return Training.builder()
        .momentum(momentum == null ? MOMENTUM : momentum)
        .weightDecay(weightDecay == null ? WEIGHT_DECAY : weightDecay)
        .clipNorm(clip)
        .dropPathKeep(1)
        .dropoutKeep(1)
        .build();
  }

  private static int[] labels(SafetensorsFile file, long images) {
    final Tensor target = file.tensors().get("target");
    if (target != null && target.type() == Tensor.Type.I32) {
      return file.require("target", Tensor.Type.I32, images).ints();
    }
    final long[] wide = file.require("target", Tensor.Type.I64, images).longs();
    final int[] labels = new int[wide.length];
    for (int i = 0; i < labels.length; i++) {
      if (wide[i] != (int) wide[i]) {
        throw new RunException("target %d of image %d is no label.".formatted(wide[i], i));
      }
      labels[i] = (int) wide[i];
    }
    return labels;
  }
}
