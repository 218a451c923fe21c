package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_device;

/**
 * Where work runs: some threads of a CPU. Usable from several threads; each {@link Network} on it
 * from one at a time.
 */
public final class Device implements AutoCloseable {
  private final Handle<nao_device> handle;

  private Device(nao_device device) {
    handle = new Handle<>("device", null, device, Nao::nao_device_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Opens a device.
   *
   * @param name {@code cpu} (the widest instruction set of this machine), {@code cpu:avx2}, {@code
   *     cpu:avx512} or {@code cpu:ref} (plain code)
   * @param threads 0 for all cores that this process may use
   * @throws EngineException if there is no such device here, or the library cannot be loaded
   */
  public static Device open(String name, int threads) {
    NativeLibrary.load();
    final nao_device device = new nao_device();
    NativeLibrary.check(Nao.nao_device_create(name, threads, device));
    return new Device(device);
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

  /** Closes the data sets and networks on it first. */
  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_device> handle() {
    return handle;
  }
}
