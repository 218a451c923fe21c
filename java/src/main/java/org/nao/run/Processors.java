package org.nao.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many hardware threads this process may keep busy: those of its affinity, or fewer where the
 * control groups above it have a quota of processor time (cgroup v1 and v2), or where Slurm gave
 * the job fewer and does not itself bind it to them.
 *
 * @param usable at least 1
 * @param limit what makes them fewer than the affinity, for people; empty if nothing does
 */
public record Processors(int usable, String limit) {
  private static final String CGROUP_FILES = "proc/self/cgroup";
  private static final String MOUNTS = "proc/self/mountinfo";

  /** The number where Slurm says it: of one task, else of the job on this node. */
  private static final List<String> SLURM = List.of("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE");

  private static final Processors OF_THIS_PROCESS =
      of(Runtime.getRuntime().availableProcessors(), Path.of("/"), System.getenv());

  /** Those of this process, as they were when it began. */
  public static Processors ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** The number that a user means by {@code threads}, of which 0 is all that may be used. */
  public static int threads(int threads) {
    return threads == 0 ? OF_THIS_PROCESS.usable : threads;
  }

  /**
   * As above.
   *
   * @param affinity processors that the process may run on
   * @param root of the file system with {@code proc}
   */
  static Processors of(int affinity, Path root, Map<String, String> environment) {
    Processors fewest = new Processors(affinity, "");
    for (final Path group : groups(root)) {
      fewest = fewest.orFewer(quota(group), "the quota of " + group);
    }
    for (final String variable : SLURM) {
      final double slurm = number(environment.getOrDefault(variable, ""));
      if (slurm > 0) {
        return fewest.orFewer(slurm, variable);
      }
    }
    return fewest;
  }

  /** Part of a processor counts as one: with fewer threads it would be left unused. */
  private Processors orFewer(double processors, String why) {
    final int whole = (int) Math.ceil(processors);
    return processors > 0 && whole < usable ? new Processors(whole, why) : this;
  }

  /** The control groups of the process that may have a quota, and those above them. */
  private static List<Path> groups(Path root) {
    final List<Path> groups = new ArrayList<>();
    for (final String line : lines(root.resolve(CGROUP_FILES))) {
      // hierarchy:controllers:path, the controllers empty in version 2
      final String[] parts = line.split(":", 3);
      if (parts.length == 3
          && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("cpu"))) {
        mounts(root, parts[1].isEmpty()).forEach(mount -> groups.addAll(mount.groups(parts[2])));
      }
    }
    return groups;
  }

  /**
   * Where a hierarchy is seen.
   *
   * @param point folder
   * @param top path of the group that is seen there
   */
  private record Mount(Path point, String top) {

    /** The folders of the group {@code path} and those above it, as far as they are seen. */
    List<Path> groups(String path) {
      final boolean below = top.equals("/") || path.equals(top) || path.startsWith(top + "/");
      // In a container the path may be that of the host, and the mount shows the group itself.
      final String seen = below ? path.substring(top.equals("/") ? 0 : top.length()) : "";
      final List<Path> folders = new ArrayList<>();
      Path folder = point.resolve(seen.replaceFirst("^/+", "")).normalize();
      while (folder.startsWith(point)) {
        folders.add(folder);
        folder = folder.getParent();
      }
      return folders.isEmpty() ? List.of(point) : folders;
    }
  }

  /** The mounts of version 2, or of version 1 with the controller of processors. */
  private static Stream<Mount> mounts(Path root, boolean second) {
    return lines(root.resolve(MOUNTS)).stream()
        .map(line -> line.split(" - ", 2))
        .filter(halves -> halves.length == 2)
        .filter(halves -> isMount(halves[1].split(" "), second))
        .map(halves -> halves[0].split(" "))
        .filter(fields -> fields.length > 4 && fields[4].startsWith("/"))
        .map(fields -> new Mount(root.resolve(fields[4].substring(1)), fields[3]));
  }

  private static boolean isMount(String[] fields, boolean second) {
    return second
        ? fields[0].equals("cgroup2")
        : fields.length > 2
            && fields[0].equals("cgroup")
            && List.of(fields[2].split(",")).contains("cpu");
  }

  /** Processors that a group's time is worth; 0 where it has no quota. */
  private static double quota(Path group) {
    final List<String> both = lines(group.resolve("cpu.max"));
    if (!both.isEmpty()) {
      final String[] parts = both.get(0).split(" ");
      return parts.length == 2 ? share(parts[0], parts[1]) : 0;
    }
    return share(
        String.join("", lines(group.resolve("cpu.cfs_quota_us"))),
        String.join("", lines(group.resolve("cpu.cfs_period_us"))));
  }

  private static double share(String quota, String period) {
    return number(period) > 0 ? number(quota) / number(period) : 0;
  }

  /** 0 for what is no positive number, such as "max" and -1. */
  private static double number(String text) {
    return text.matches("[0-9]{1,15}") ? Double.parseDouble(text) : 0;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
