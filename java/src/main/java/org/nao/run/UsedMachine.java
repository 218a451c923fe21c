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
 * @param exchange how several processes exchanged gradients, "host" or NCCL with its version;
 *     empty: there was one
 */
public record UsedMachine(
    String processor,
    int cores,
    int threads,
    String device,
    List<String> gpus,
    String java,
    String exchange) {

  /** This machine. */
  public static UsedMachine present(String device) {
    final Machine machine = Machine.examine();
    return new UsedMachine(
        machine.cpuModel(),
        machine.cores(),
        machine.usableThreads(),
        device,
        machine.gpus(),
        machine.javaVersion(),
        "");
  }

  /** The same, where several processes exchanged. */
  public UsedMachine exchanging(String how) {
    return new UsedMachine(processor, cores, threads, device, gpus, java, how);
  }
}
