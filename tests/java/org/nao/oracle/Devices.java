package org.nao.oracle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.nao.controller.Torch;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.engine.Status;

/** All kinds of CPU device that this machine has, and libtorch, ready to be compared. */
final class Devices implements AutoCloseable {

  static final List<String> NAMES = List.of("cpu:ref", "cpu:avx2", "cpu:avx512");

  private final Map<String, Device> open = new LinkedHashMap<>();

  /** {@code threads}: of each device. */
  Devices(int threads) {
    Torch.load();
    torch.set_num_threads(1); // its tensors are small, and cores are shared with other tests
    for (final String name : NAMES) {
      try {
        open.put(name, Device.open(name, threads));
      } catch (EngineException e) {
        if (e.status() != Status.NO_DEVICE) {
          throw e;
        }
      }
    }
  }

  boolean has(String name) {
    return open.containsKey(name);
  }

  /** Runs a scenario in libtorch and on every device, failing the test at the first difference. */
  void compare(Scenario scenario, Agreement agreement) {
    final List<Outcome> expected;
    try (Subject torchSubject = new TorchSubject(scenario)) {
      expected = scenario.run(torchSubject);
    }
    open.forEach(
        (name, device) -> {
          try (Subject engine = new EngineSubject(device, scenario)) {
            agreement.check(scenario, name, expected, scenario.run(engine));
          }
        });
  }

  @Override
  public void close() {
    open.values().forEach(Device::close);
  }
}
