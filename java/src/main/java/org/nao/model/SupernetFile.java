package org.nao.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.SafetensorsFile;
import org.nao.run.SealedTensors;
import org.nao.run.Tensor;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/**
 * The weights that a search's architectures shared, in one safetensors file under the authors'
 * names, and in the metadata {@link SupernetInfo} as JSON.
 *
 * @param file where it lies
 * @param info all but the weights
 * @param weights the tensors
 */
public record SupernetFile(Path file, SupernetInfo info, SafetensorsFile weights) {
  /** Name of the file in the folder of a search. */
  public static final String NAME = "supernet.safetensors";

  private static final String FORMAT = "nao-supernet";
  private static final String VERSION = "1";

  /** Writes the file of a network as it is; an old one stays until the new one is complete. */
  public static void write(Path file, SupernetInfo info, ParameterTable table, Network network) {
    SealedTensors.write(
        file,
        ModelFile.weights(table, network.readAll(TensorArray.VALUE)),
        Map.of("format", FORMAT, "version", VERSION, "supernet", Json.line(info)));
  }

  /**
   * The file in the folder of a search.
   *
   * @throws UserException if it has none
   */
  public static Path of(Path run) {
    final Path file = run.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "%s: expected the folder of a search whose architectures shared weights and that has trained them, found no %s in it."
              .formatted(run, NAME));
    }
    return file;
  }

  /**
   * Reads a file and checks it as a whole.
   *
   * @throws RunException naming the file: of another kind, or damaged
   */
  public static SupernetFile open(Path file) {
    final SafetensorsFile sealed = SealedTensors.open(file);
    if (!FORMAT.equals(sealed.metadata().get("format"))
        || !VERSION.equals(sealed.metadata().get("version"))) {
      throw new RunException(
          "%s: expected the weights of a supernet in format version %s, as nao search writes them."
              .formatted(file, VERSION));
    }
    final SupernetInfo info =
        ConfigFiles.of(
            Json.parseObject(sealed.metadata().getOrDefault("supernet", "{}")),
            SupernetInfo.class,
            file);
    return new SupernetFile(file, info, sealed);
  }

  /**
   * Gives a network its architecture's weights; what the supernet does not have stays as it is, see
   * {@link NetworkFamilies#inherited}.
   *
   * @param shape of the network
   * @param table the network's tensors
   * @return how many of them were inherited
   * @throws UserException if the network is of another space or size
   */
  public int inherit(
      SearchSpace space,
      NetworkShape shape,
      Architecture architecture,
      Network network,
      ParameterTable table) {
    requireSame(new SupernetInfo(space, shape));
    final Map<String, List<String>> inherited =
        NetworkFamilies.inherited(space, shape, architecture);
    final float[] values = network.readAll(TensorArray.VALUE);
    inherited.forEach(
        (name, parts) ->
            put(
                parts,
                table.parameters().get(table.index(name)).shape(),
                values,
                table.offset(table.index(name))));
    network.writeAll(TensorArray.VALUE, values);
    return inherited.size();
  }

  /** Joins tensors along their second dimension. */
  private void put(List<String> parts, List<Integer> shape, float[] values, int offset) {
    final int rows = shape.get(0);
    final int inRow =
        (int) (shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact) / rows);
    int before = 0;
    for (final String part : parts) {
      final float[] read = tensor(part).floats();
      final int own = read.length / rows;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(read, row * own, values, offset + row * inRow + before, own);
      }
      before += own;
    }
  }

  private Tensor tensor(String name) {
    final Tensor tensor = weights.tensors().get(name);
    if (tensor == null) {
      throw new RunException("%s: lacks the tensor '%s'.".formatted(file, name));
    }
    return tensor;
  }

  private void requireSame(SupernetInfo wanted) {
    final Map<String, JsonNode> mine = ConfigFiles.leaves(Json.tree(info));
    ConfigFiles.leaves(Json.tree(wanted))
        .forEach(
            (key, value) -> {
              if (!value.equals(mine.get(key))) {
                throw new UserException(
                    "%s: the supernet has %s = %s, the network to train has %s; they must be the same."
                        .formatted(file, key, mine.get(key), value));
              }
            });
  }
}
