package org.nao.bench;

import org.nao.engine.Ceiling;
import org.nao.engine.Device;
import org.nao.engine.KernelTime;
import org.nao.engine.Precision;

/**
 * The least that a device can take for kernels that run one after another: each either moves its
 * bytes at the rate of a copy or does its operations at the peak, whichever takes longer.
 */
final class Roofline {
  private static final double GIGA = 1e9;

  private final double copy;
  private final double peak;
  private double bytes;
  private double seconds;

  /**
   * Of no kernels.
   *
   * @param copy bytes per second
   * @param peak operations per second; 0: not known, they take no time
   */
  Roofline(double copy, double peak) {
    this.copy = copy;
    this.peak = peak;
  }

  /** A roofline with the measured ceilings of a device for its precision. */
  static Roofline measure(Device device) {
    final Ceiling unit = device.precision() == Precision.FP32 ? Ceiling.MULTIPLY_ADD : Ceiling.TF32;
    return new Roofline(GIGA * device.ceiling(Ceiling.COPY), GIGA * device.ceiling(unit));
  }

  void add(KernelTime kernel) {
    bytes += kernel.bytes();
    final double computing = peak > 0 ? kernel.operations() / peak : 0;
    seconds += Math.max(kernel.bytes() / copy, computing);
  }

  /** The fewest bytes that the kernels can move. */
  double bytes() {
    return bytes;
  }

  double bytesPerSecond() {
    return copy;
  }

  double seconds() {
    return seconds;
  }
}
