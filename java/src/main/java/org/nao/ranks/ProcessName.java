package org.nao.ranks;

import org.nao.run.HostName;

/** What a process is called where people are told of it. */
public final class ProcessName {
  private ProcessName() {}

  /** Number and machine, for example "process 17 on node3". */
  public static String ofThisProcess() {
    return "process %d on %s".formatted(ProcessHandle.current().pid(), HostName.ofThisMachine());
  }
}
