package org.nao.bench;

import org.nao.engine.Ceiling;
import org.nao.engine.Device;

/**
 * What a device reaches at most, measured; 0 where it has no such unit.
 *
 * @param copyGigabytesPerSecond read plus written, of a copy in its memory
 * @param multiplyAddGflops of fp32 multiply-adds with everything in registers
 * @param tf32Gflops of tf32 tensor core products with everything in registers
 * @param bf16Gflops of bf16 tensor core products with everything in registers
 */
public record Ceilings(
    double copyGigabytesPerSecond, double multiplyAddGflops, double tf32Gflops, double bf16Gflops) {

  /** Measures the ceilings, which takes up to a second. */
  public static Ceilings measure(Device device) {
    return new Ceilings(
        device.ceiling(Ceiling.COPY),
        device.ceiling(Ceiling.MULTIPLY_ADD),
        device.ceiling(Ceiling.TF32),
        device.ceiling(Ceiling.BF16));
  }
}
