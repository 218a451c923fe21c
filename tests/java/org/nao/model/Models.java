package org.nao.model;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nao.network.Initializer;
import org.nao.network.NamedNetwork;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.Stem;

/** Model files of networks that nobody trained: random weights, random running statistics. */
public final class Models {
  private static final int SIDE = 8;
  private static final int CHANNELS = 2;
  private static final int CLASSES = 4;

  private Models() {}

  /** Writes one for 2 x 8 x 8 images in 4 classes. */
  public static ModelFile write(
      Path file, String space, int nodes, String architecture, int layers, int channels) {
    return write(file, space, nodes, architecture, layers, channels, Stem.CIFAR, SIDE);
  }

  /** The same with a stem and for square images of another size. */
  public static ModelFile write(
      Path file,
      String space,
      int nodes,
      String architecture,
      int layers,
      int channels,
      Stem stem,
      int side) {
    return write(
        file,
        new ModelInfo(
            architecture,
            space,
            nodes,
            "",
            "",
            layers,
            channels,
            stem,
            CHANNELS,
            side,
            side,
            IntStream.range(0, CLASSES).mapToObj(i -> "class, " + i).collect(Collectors.toList()),
            List.of(0.25f, 0.5f),
            List.of(0.5f, 0.25f),
            false,
            new ModelInfo.TrainedOn("nowhere", "", 0, 0)));
  }

  /** Writes one of a network without cells, for the same images and classes. */
  public static ModelFile write(Path file, NamedNetwork network) {
    final ModelInfo like = write(file, "nao-small", 1, "0 0 1 0 0 0 1 0", 1, 1).info();
    return write(
        file,
        new ModelInfo(
            "",
            "",
            0,
            "",
            network.title(),
            0,
            0,
            Stem.CIFAR,
            CHANNELS,
            SIDE,
            SIDE,
            like.classNames(),
            like.mean(),
            like.deviation(),
            false,
            like.training()));
  }

  private static ModelFile write(Path file, ModelInfo info) {
    final ParameterTable table = info.networks().program(info.parsed()).table();
    final float[] values = new Initializer(1).values(table);
    final SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      final boolean spread = spec.name().endsWith("running_var");
      if (spread || spec.shape().size() == 1) {
        for (int k = table.offset(i); k < table.offset(i + 1); k++) {
          values[k] = (float) (spread ? random.nextDouble(0.5, 2) : random.nextDouble(-1, 1));
        }
      }
    }
    ModelFile.write(file, info, ModelFile.weights(table, values));
    return ModelFile.open(file);
  }
}
