package org.nao.cli;

import org.nao.engine.Device;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
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

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "fp32 (default), or on a GPU tf32 or bf16.")
  private Precision precision;

  @Option(
      names = "--libraries",
      paramLabel = "L",
      description =
          "On a GPU, off (default): own kernels, the same numbers on every GPU of a kind; auto:"
              + " cuDNN and cuBLASLt where they are measured to be faster, as the machine"
              + " remembers.")
  private Libraries libraries;

  /** Opens the device for commands without a configuration; the caller closes it. */
  Device open() {
    return Device.open(
        name(),
        threads == null ? 0 : threads,
        precision == null ? Precision.FP32 : precision,
        libraries());
  }

  Libraries libraries() {
    return libraries == null ? Libraries.OFF : libraries;
  }

  /** The device as the user gave it. */
  String name() {
    return device == null ? "cpu" : device;
  }

  /** The options that are about a configuration. */
  Given given() {
    return where()
        .put("--precision", "precision", precision)
        .put("--libraries", "libraries", libraries);
  }

  /** The part of them that says where, and not what, is computed. */
  Given where() {
    return new Given().put("--device", "device", device).put("--threads", "threads", threads);
  }
}
