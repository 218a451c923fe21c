package org.nao.model;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.Stem;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.SafetensorsFile;
import org.nao.run.SealedTensors;
import org.nao.run.Tensor;
import org.nao.training.StandaloneTraining;

/**
 * A trained network in one file: weights under the authors' names, and in the metadata {@link
 * ModelInfo} as JSON. It is a safetensors file, so other tools can read it.
 *
 * @param file where it lies
 * @param info all but the weights
 * @param weights the tensors, those of an auxiliary head too
 */
public record ModelFile(Path file, ModelInfo info, SafetensorsFile weights) {
  /** Name of the model file in the folder of a training. */
  public static final String OF_TRAINING = "model.safetensors";

  /** Name of the model file of a search's K-th best architecture in its folder. */
  public static final String OF_WINNER = "architecture-%d.safetensors";

  private static final String FORMAT = "nao-model";
  private static final String VERSION = "1";
  private static final String AUXILIARY_HEAD = "auxiliary_head.";

  /** Writes a file as a whole; an old one stays until the new one is complete. */
  public static void write(Path file, ModelInfo info, Map<String, Tensor> weights) {
    SealedTensors.write(
        file, weights, Map.of("format", FORMAT, "version", VERSION, "model", Json.line(info)));
  }

  /**
   * Writes the file of a network as its training left it, as {@link #write(Path, ModelInfo, Map)}.
   */
  public static void write(Path file, ModelInfo info, StandaloneTraining training) {
    write(file, info, weights(training.table(), training.network().readAll(TensorArray.VALUE)));
  }

  /**
   * Reads a file and checks it as a whole.
   *
   * @throws RunException naming the file: no model file, damaged, or with weights that are not
   *     those of its architecture
   */
  public static ModelFile open(Path file) {
    final SafetensorsFile any = SafetensorsFile.open(file);
    if (!FORMAT.equals(any.metadata().get("format"))) {
      throw new RunException(
          file
              + ": expected a model file, as nao train and nao search write them, found other"
              + " tensors.");
    }
    if (!VERSION.equals(any.metadata().get("version"))) {
      throw new RunException(
          "%s: the model file has format version %s, this nao reads version %s."
              .formatted(file, any.metadata().get("version"), VERSION));
    }
    final SafetensorsFile sealed = SealedTensors.open(file);
    final ObjectNode tree = Json.parseObject(sealed.metadata().getOrDefault("model", "{}"));
    // Files of before there were other stems, crops and networks do not say which.
    tree.putIfAbsent("stem", TextNode.valueOf(Stem.CIFAR.name().toLowerCase(Locale.ROOT)));
    tree.putIfAbsent("cropped", BooleanNode.FALSE);
    tree.putIfAbsent("network", TextNode.valueOf(""));
    final ModelInfo info = ConfigFiles.of(tree, ModelInfo.class, file);
    final ModelFile model = new ModelFile(file, info, sealed);
    model.values(info.networks().program(info.parsed()).table());
    return model;
  }

  /**
   * The model file that a path means: itself, or in the folder of a training or a search the best
   * one.
   */
  public static Path locate(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      return fileOrFolder;
    }
    for (final String name : List.of(OF_TRAINING, OF_WINNER.formatted(1))) {
      if (Files.isRegularFile(fileOrFolder.resolve(name))) {
        return fileOrFolder.resolve(name);
      }
    }
    throw new RunException(
        "%s: expected the folder of a finished training or search, found neither %s nor %s in it."
            .formatted(fileOrFolder, OF_TRAINING, OF_WINNER.formatted(1)));
  }

  /** The weights of a network by name. */
  public static Map<String, Tensor> weights(ParameterTable table, float[] values) {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      final float[] own = Arrays.copyOfRange(values, table.offset(i), table.offset(i + 1));
      tensors.put(spec.name(), Tensor.of(own, dimensions(spec.shape())));
    }
    return tensors;
  }

  /**
   * The weights in the order of a table, of which this file must have all.
   *
   * @throws RunException naming the tensor that is missing, has another shape, or is none of the
   *     network's
   */
  public float[] values(ParameterTable table) {
    return values(weights, file, table);
  }

  /** Puts the weights of any safetensors file into a network whose tensors they are. */
  public static void load(Path file, Network network, ParameterTable table) {
    final SafetensorsFile opened = SafetensorsFile.open(file);
    // What says that it is a model file has to be whole.
    final boolean isModel = FORMAT.equals(opened.metadata().get("format"));
    final SafetensorsFile weights = isModel ? open(file).weights() : opened;
    final float[] values = network.readAll(TensorArray.VALUE);
    final float[] read = values(weights, file, withoutMissingHead(table, weights));
    int next = 0;
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      if (weights.tensors().containsKey(spec.name())) {
        final int count = Math.toIntExact(spec.elements());
        System.arraycopy(read, next, values, table.offset(i), count);
        next += count;
      }
    }
    network.writeAll(TensorArray.VALUE, values);
  }

  /** The same table without an auxiliary head that the weights do not have: it stays random. */
  private static ParameterTable withoutMissingHead(ParameterTable table, SafetensorsFile weights) {
    final ParameterTable.Builder present = new ParameterTable.Builder();
    for (final ParameterSpec spec : table.parameters()) {
      if (!spec.name().startsWith(AUXILIARY_HEAD) || weights.tensors().containsKey(spec.name())) {
        present.declare(spec);
      }
    }
    return present.build();
  }

  private static float[] values(SafetensorsFile weights, Path file, ParameterTable table) {
    final float[] values = new float[table.elements()];
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      final float[] own =
          weights.require(spec.name(), Tensor.Type.F32, dimensions(spec.shape())).floats();
      System.arraycopy(own, 0, values, table.offset(i), own.length);
    }
    for (final String name : weights.tensors().keySet()) {
      if (!table.contains(name) && !isIgnored(name)) {
        throw new RunException(
            "%s: the tensor '%s' is none of this network; the weights are of another architecture or size."
                .formatted(file, name));
      }
    }
    return values;
  }

  /** Only training has an auxiliary head, and PyTorch counts the batches of a normalisation. */
  private static boolean isIgnored(String name) {
    return name.startsWith(AUXILIARY_HEAD) || name.endsWith(".num_batches_tracked");
  }

  private static long[] dimensions(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).toArray();
  }
}
