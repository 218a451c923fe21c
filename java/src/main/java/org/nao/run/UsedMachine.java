package org.nao.run;

import java.util.List;

/**
 * What a run was computed on.
 *
 * @param processor as it names itself
 * @param cores of the machine
 * @param threads hardware threads that the process might use
 * @param device instruction set, or name of a GPU, that did the work
 * @param gpus names of those in the machine
 * @param java version and vendor
 */
public record UsedMachine(
    String processor, int cores, int threads, String device, List<String> gpus, String java) {

  /** This machine. */
  public static UsedMachine present(String device) {
    final Machine machine = Machine.examine();
    return new UsedMachine(
        machine.cpuModel(),
        machine.cores(),
        machine.usableThreads(),
        device,
        machine.gpus(),
        machine.javaVersion());
  }
}
