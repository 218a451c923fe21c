package org.nao.study.jobs;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who works on jobs: a part of a process, by an identity that nobody else has.
 *
 * @param id random
 * @param user whose process it is: others may not see it
 * @param host for people
 * @param machine the start of the system and the name space of process numbers; empty if unknown
 * @param pid number of the process
 * @param started when the process began, in the system's ticks; empty if unknown
 */
record Worker(String id, String user, String host, String machine, long pid, String started) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMES = Path.of("/proc/self/ns/pid");
  private static final int START_FIELD = 19;

  /** A new one in this process. */
  static Worker here() {
    final long pid = ProcessHandle.current().pid();
    return new Worker(
        UUID.randomUUID().toString(), userName(), hostName(), machineName(), pid, startOf(pid));
  }

  /** Whether it is known to have ended, which only the machine that it is on can know. */
  boolean hasEnded() {
    return !machine.isEmpty()
        && user.equals(userName())
        && !started.isEmpty()
        && machine.equals(machineName())
        && !started.equals(startOf(pid));
  }

  private static String userName() {
    return System.getProperty("user.name", "");
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "an unknown machine";
    }
  }

  private static String machineName() {
    try {
      return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NAMES);
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** The field after the name, which may hold anything, of /proc/PID/stat. */
  private static String startOf(long pid) {
    try {
      final String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      final String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
      return fields.length > START_FIELD && !fields[0].equals("Z") ? fields[START_FIELD] : "";
    } catch (IOException e) {
      return "";
    }
  }
}
