package org.nao.benchmarks;

import org.nao.engine.Device;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The engine's device, with the number of threads that a benchmark may use. */
@State(Scope.Benchmark)
public class Processor {

  /** 0: all cores that this process may use. */
  @Param("0")
  int threads;

  private Device device;

  @Setup(Level.Trial)
  public void open() {
    device = Device.open("cpu", threads);
  }

  @TearDown(Level.Trial)
  public void close() {
    device.close();
  }

  Device device() {
    return device;
  }
}
