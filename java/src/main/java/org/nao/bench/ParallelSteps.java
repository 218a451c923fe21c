package org.nao.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.run.SideBySide;
import org.nao.run.StopRequest;
import org.nao.training.Networks;

/** The same steps of several networks on one device, at the same time. */
final class ParallelSteps {
  private ParallelSteps() {}

  /** Nanoseconds from step to step of one of {@code count} networks, mean over them. */
  static double nanos(
      Device device, Workload workload, int batch, long seed, int count, int steps) {
    final List<Network> networks = new ArrayList<>();
    try {
      final List<Function<StopRequest, Double>> runs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        final Network network = Networks.create(device, workload.table());
        networks.add(network);
        Networks.initialize(network, workload.table(), seed);
        runs.add(stop -> SearchSteps.nanos(device, network, workload, batch, steps));
      }
      return SideBySide.run(new StopRequest(), runs).stream()
          .mapToDouble(each -> each)
          .average()
          .orElseThrow();
    } finally {
      networks.forEach(Network::close);
    }
  }
}
