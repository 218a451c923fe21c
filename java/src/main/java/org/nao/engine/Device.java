package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_device;
import org.nao.run.Processors;

/**
 * Where work runs: some threads of a CPU. Usable from several threads; each {@link Network} on it
 * from one at a time.
 */
public final class Device implements AutoCloseable {
  private final Handle<nao_device> handle;
  private final Precision precision;
  private final Libraries libraries;

  private Device(nao_device device, Precision precision, Libraries libraries) {
    this.precision = precision;
    this.libraries = libraries;
    handle = new Handle<>("device", null, device, Nao::nao_device_destroy);
    handle.reportIfForgottenBy(this);
  }

  /** Opens a device whose networks compute in fp32 on the engine's own kernels. */
  public static Device open(String name, int threads) {
    return open(name, threads, Precision.FP32, Libraries.OFF);
  }

  /**
   * Opens a device.
   *
   * @param name {@code cpu} (the widest instruction set of this machine), {@code cpu:avx2}, {@code
   *     cpu:avx512} or {@code cpu:ref} (plain code)
   * @param threads 0 for all that this process may use, see {@link Processors}
   * @param precision of the networks on it
   * @param libraries whether they use NVIDIA's; without effect on a CPU
   * @throws EngineException if there is no such device here, it does not have that precision, or
   *     the library cannot be loaded
   */
  public static Device open(String name, int threads, Precision precision, Libraries libraries) {
    NativeLibrary.load();
    final nao_device device = new nao_device();
    final int status = Nao.nao_device_create(name, Processors.threads(threads), device);
    if (status != Nao.NAO_OK) {
      throw new EngineException(Status.of(status), NativeLibrary.lastError() + visibleGpus(name));
    }
    final Device opened = new Device(device, precision, libraries);
    try {
      opened.requirePrecision();
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /** What a batch system says of GPUs, for a sentence about one that is not there. */
  private static String visibleGpus(String name) {
    final String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return visible == null || !name.startsWith("cuda:")
        ? ""
        : "; CUDA_VISIBLE_DEVICES is '%s', of these the first is cuda:0".formatted(visible);
  }

  /** Finds out before the first network whether the device has the precision. */
  private void requirePrecision() {
    if (precision != Precision.FP32) {
      Network.create(this, new long[] {1}, new boolean[] {false}).close();
    }
  }

  /** The precision of the networks of this device. */
  public Precision precision() {
    return precision;
  }

  /** Whether its networks use NVIDIA's libraries. */
  public Libraries libraries() {
    return libraries;
  }

  /** The instruction set in use, for example {@code avx512}. */
  public String isa() {
    return NativeLibrary.text(Nao.nao_device_isa(handle.get()));
  }

  /** PCI address of a GPU, for example {@code 00000000:81:00.0}; empty for a CPU. */
  public String busId() {
    return NativeLibrary.text(Nao.nao_device_bus_id(handle.get()));
  }

  public int threads() {
    return Nao.nao_device_threads(handle.get());
  }

  /** Measures a ceiling of all threads together, in 1e9 a second; 0 without such a unit. */
  public double ceiling(Ceiling which) {
    final double[] giga = new double[1];
    NativeLibrary.check(Nao.nao_device_ceiling(handle.get(), which.code(), giga));
    return giga[0];
  }

  /** Closes the data sets and networks of this device, then the device. */
  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_device> handle() {
    return handle;
  }
}
