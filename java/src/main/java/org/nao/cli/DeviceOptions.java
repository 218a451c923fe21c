package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.engine.Device;
import picocli.CommandLine.Option;

/** Where the engine computes. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda:N or auto (the first GPU, else the CPU).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "CPU threads; 0 for all that this process may use.")
  private Integer threads;

  /** Opens the device for commands without a configuration; the caller closes it. */
  Device open() {
    return Device.open(name(), threads == null ? 0 : threads);
  }

  /** As the user gave it. */
  String name() {
    return device == null ? "cpu" : device;
  }

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "device", device);
    Given.put(given, "threads", threads);
    return given;
  }
}
