package org.nao.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneNetworks;
import org.nao.run.RunException;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.supernet.Supernet;
import org.nao.training.Networks;

class SupernetFileTest {
  private static final SearchSpace SPACE = SearchSpace.naoSmall(2);
  private static final NetworkShape SHAPE = new NetworkShape(2, 2, 1, 8, 8, 4, false);
  private static final Architecture ARCHITECTURE =
      ArchitectureFormat.integers(SPACE).parse("0 0 1 0 1 4 1 4 0 0 1 0 1 4 1 4");

  @TempDir private Path folder;

  private float[] supernet;
  private ParameterTable shared;

  private Path write(Device device) {
    final Path file = folder.resolve(SupernetFile.NAME);
    try (Supernet net = new Supernet(device, SPACE, SHAPE)) {
      net.initialize(7);
      supernet = net.network().readAll(TensorArray.VALUE);
      shared = net.table();
      SupernetFile.write(file, new SupernetInfo(SPACE, SHAPE), shared, net.network());
    }
    return file;
  }

  private float[] of(float[] values, ParameterTable table, String name) {
    final int index = table.index(name);
    return Arrays.copyOfRange(values, table.offset(index), table.offset(index + 1));
  }

  @Test
  void givesItsWeightsToANetwork() {
    try (Device device = Device.open("cpu", 1)) {
      final SupernetFile file = SupernetFile.open(write(device));
      final ParameterTable table =
          StandaloneNetworks.ofCells(SPACE, SHAPE).program(ARCHITECTURE).table();
      try (Network network = Networks.create(device, table)) {
        Networks.initialize(network, table, 9);
        final float[] before = network.readAll(TensorArray.VALUE);
        final int inherited = file.inherit(SPACE, SHAPE, ARCHITECTURE, network, table);
        final float[] after = network.readAll(TensorArray.VALUE);
        assertThat(inherited).isBetween(table.size() / 2, table.size() - 1);
        assertThat(of(after, table, "classifier.weight"))
            .isEqualTo(of(before, table, "classifier.weight"));
        assertThat(of(after, table, "stem.0.weight"))
            .isEqualTo(of(supernet, shared, "stem.0.weight"));
        // [2][4][1][1] of two tensors [2][2][1][1]
        final float[] joined =
            of(after, table, "cells.1.maybe_calibrate_size.preprocess_y.conv.weight");
        final float[] first = of(supernet, shared, "cells.0.final_combine_conv.w.2");
        final float[] second = of(supernet, shared, "cells.0.final_combine_conv.w.3");
        assertThat(joined)
            .containsExactly(
                first[0], first[1], second[0], second[1], first[2], first[3], second[2], second[3]);
      }
    }
  }

  @Test
  void refusesOthers() throws IOException {
    try (Device device = Device.open("cpu", 1)) {
      final Path path = write(device);
      final SupernetFile file = SupernetFile.open(path);
      final NetworkShape larger = new NetworkShape(3, 2, 1, 8, 8, 4, false);
      final ParameterTable table =
          StandaloneNetworks.ofCells(SPACE, larger).program(ARCHITECTURE).table();
      try (Network network = Networks.create(device, table)) {
        assertThatThrownBy(() -> file.inherit(SPACE, larger, ARCHITECTURE, network, table))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("layers = 2")
            .hasMessageContaining("has 3");
      }
      final byte[] bytes = Files.readAllBytes(path);
      bytes[bytes.length - 1] ^= 1;
      Files.write(path, bytes);
      assertThatThrownBy(() -> SupernetFile.open(path))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("checksum");
      assertThatThrownBy(() -> SupernetFile.of(folder.resolve("none")))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(SupernetFile.NAME);
    }
  }
}
