package org.nao.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the machine offers this process, read from {@code /proc} and the Java library.
 *
 * @param cpuModel as the processor names itself
 * @param cores physical cores of the machine
 * @param usableThreads hardware threads this process may use (see {@link Processors})
 * @param simd widest instruction set the engine has code for: {@code avx512}, {@code avx2} or
 *     {@code none}
 * @param memoryBytes physical memory, 0 where the system does not say
 * @param gpus one name per NVIDIA GPU the driver shows
 * @param javaVersion version and vendor
 */
public record Machine(
    String cpuModel,
    int cores,
    int usableThreads,
    String simd,
    long memoryBytes,
    List<String> gpus,
    String javaVersion) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
  private static final int BYTES_PER_KIBIBYTE = 1024;

  /** A folder and what lies in it. */
  public record Folder(Path path, boolean exists, long bytes, long freeBytes) {}

  /** Examines the machine it runs on. */
  public static Machine examine() {
    final List<Map<String, String>> processors = paragraphs(lines(CPU_INFO));
    final Map<String, String> first = processors.isEmpty() ? Map.of() : processors.get(0);
    final Set<String> physical = new HashSet<>();
    for (final Map<String, String> processor : processors) {
      physical.add(
          processor.getOrDefault("physical id", "0")
              + ":"
              + processor.getOrDefault("core id", processor.getOrDefault("processor", "0")));
    }
    final int usable = Processors.ofThisProcess().usable();
    return new Machine(
        first.getOrDefault("model name", System.getProperty("os.arch")),
        physical.isEmpty() ? usable : physical.size(),
        usable,
        simd(first.getOrDefault("flags", "")),
        readMemory(),
        readGpus(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
  }

  /** Size of what lies in {@code path}, and free space of the disk it is or would be on. */
  public static Folder folder(Path path) {
    final Path absolute = path.toAbsolutePath().normalize();
    Path existing = absolute;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return new Folder(
        absolute,
        Files.isDirectory(absolute),
        Files.isDirectory(absolute) ? bytesBelow(absolute) : 0,
        existing.toFile().getUsableSpace());
  }

  /** The widest set that {@code flags} of /proc/cpuinfo allow. */
  static String simd(String flags) {
    final Set<String> set = Set.of(flags.isBlank() ? new String[0] : distinct(flags));
    if (set.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "fma"))) {
      return "avx512";
    }
    return set.containsAll(List.of("avx2", "fma")) ? "avx2" : "none";
  }

  private static String[] distinct(String flags) {
    return new HashSet<>(List.of(flags.strip().split("\\s+"))).toArray(String[]::new);
  }

  private static long readMemory() {
    for (final Map<String, String> paragraph : paragraphs(lines(MEMORY_INFO))) {
      final String total = paragraph.get("MemTotal");
      if (total != null) {
        return Long.parseLong(total.replaceAll("\\D", "")) * BYTES_PER_KIBIBYTE;
      }
    }
    return 0;
  }

  private static List<String> readGpus() {
    final List<String> names = new ArrayList<>();
    if (Files.isDirectory(GPUS)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(GPUS)) {
        for (final Path folder : folders) {
          final List<Map<String, String>> facts = paragraphs(lines(folder.resolve("information")));
          names.add(
              facts.isEmpty()
                  ? folder.getFileName().toString()
                  : facts.get(0).getOrDefault("Model", folder.getFileName().toString()));
        }
      } catch (IOException e) {
        names.add("unreadable: " + GPUS);
      }
    }
    return names;
  }

  /** {@code key : value} lines, one map per block between blank lines. */
  private static List<Map<String, String>> paragraphs(List<String> lines) {
    final List<Map<String, String>> result = new ArrayList<>();
    Map<String, String> current = new TreeMap<>();
    for (final String line : lines) {
      final int colon = line.indexOf(':');
      if (colon > 0) {
        current.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else if (!current.isEmpty()) {
        result.add(current);
        current = new TreeMap<>();
      }
    }
    if (!current.isEmpty()) {
      result.add(current);
    }
    return result;
  }

  /** A file of /proc, empty where there is none. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long bytesBelow(Path folder) {
    final long[] sum = new long[1];
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return sum[0];
    }
    return sum[0];
  }
}
