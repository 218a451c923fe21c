package org.nao.estimate;

import java.util.List;

/**
 * What a run will take on this machine.
 *
 * @param isa instruction set or name of the device
 * @param threads of a CPU
 * @param work all parts
 * @param seconds of all parts
 * @param memoryBytes peak of the process's resident memory; 0 where the system does not say it
 * @param gpuMemoryBytes in use on the GPU, by all processes; 0 without one
 * @param diskBytes most that the run folder holds at once
 * @param notes what was not measured as it will be, in sentences
 */
public record Cost(
    String isa,
    int threads,
    List<Work> work,
    double seconds,
    long memoryBytes,
    long gpuMemoryBytes,
    long diskBytes,
    List<String> notes) {
  public Cost {
    work = List.copyOf(work);
    notes = List.copyOf(notes);
  }
}
