package org.nao.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nao.controller.Torch;
import org.nao.data.DataSource;
import org.nao.engine.CudaPart;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.engine.GpuState;
import org.nao.engine.NativeLibrary;
import org.nao.engine.VendorLibrary;
import org.nao.run.CacheFolder;
import org.nao.run.Machine;
import org.nao.run.Processors;
import org.nao.run.RunException;
import org.nao.run.SharedFolder;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nao doctor}: what this machine offers and what is missing. */
@Command(
    name = "doctor",
    description = "Shows processor, GPUs, native libraries, caches and disk, and what is missing.",
    footer = {
      "",
      "Examples:",
      "  nao doctor                    this machine",
      "  nao doctor --shared runs      whether workers may share studies there"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private Output output;

  @Option(
      names = "--shared",
      paramLabel = "DIR",
      description = "Try out instead, with two processes, a folder that machines share.")
  private Path shared;

  @Option(names = "--assist", hidden = true)
  private Path trial;

  @Override
  public Integer call() {
    if (trial != null) {
      new SharedFolder(trial).assist();
      return ExitCode.DONE;
    }
    return shared == null ? machine() : shared();
  }

  private int shared() {
    final SharedFolder folder = SharedFolder.in(shared);
    try {
      final Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  spec.name(),
                  "--assist",
                  folder.path().toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        return report(folder.examine(other));
      } finally {
        other.destroy();
        other.waitFor();
      }
    } catch (IOException e) {
      throw new RunException("a second process cannot be started (" + e.getMessage() + ").", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException("interrupted during the trial.", e);
    } finally {
      folder.remove();
    }
  }

  private int report(SharedFolder.Findings findings) {
    if (output.json()) {
      output.object(findings);
    } else {
      output.line(
          String.format(
              Locale.ROOT,
              "answers        after at most %.3f s from one process to another and back",
              findings.secondsOfAnswer()));
      output.line(
          String.format(
              Locale.ROOT,
              "clock          files are dated %+.3f s from this machine's; nao compares no clocks",
              findings.secondsOfSkew()));
      output.line(
          "file locks     "
              + (findings.locks()
                  ? "there"
                  : "none: studies need none, runs of nao search and train cannot lie here"));
      print(findings.problems());
    }
    return findings.problems().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private int machine() {
    final Machine machine = Machine.examine();
    final Optional<Machine.Folder> natives = NativeLibrary.folder().map(Machine::folder);
    final Machine.Folder here = Machine.folder(Path.of(""));
    final List<String> problems = new ArrayList<>();
    final Optional<String> engine = engine(problems);
    final List<GpuState> gpus = engine.isPresent() ? GpuState.all() : List.of();
    final Optional<CudaPart> cuda = engine.map(loaded -> CudaPart.find());
    final List<VendorLibrary> libraries = engine.isPresent() ? VendorLibrary.find() : List.of();
    final Optional<String> libtorch = Torch.find().map(URL::toString);
    if (machine.simd().equals("none")) {
      problems.add("the processor has neither AVX2 nor AVX-512: the engine runs its plain code");
    }
    if (!machine.gpus().isEmpty()) {
      cuda.map(CudaPart::problem).filter(problem -> !problem.isEmpty()).ifPresent(problems::add);
    }
    CacheFolder.problem().ifPresent(problems::add);
    if (here.freeBytes() < LEAST_FREE_BYTES) {
      problems.add("less than 1 GiB is free for " + here.path());
    }
    if (output.json()) {
      final Map<String, Object> report = report(machine, engine, libtorch, natives, here, problems);
      report.put("cuda", cuda.orElse(null));
      report.put("gpuStates", gpus);
      report.put("libraries", libraries);
      output.object(report);
    } else {
      print(machine, engine, libtorch, natives, here);
      cuda.ifPresent(this::print);
      gpus.forEach(this::print);
      libraries.forEach(this::print);
      print(problems);
    }
    return engine.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Map<String, Object> report(
      Machine machine,
      Optional<String> engine,
      Optional<String> libtorch,
      Optional<Machine.Folder> natives,
      Machine.Folder here,
      List<String> problems) {
    final Map<String, Object> result = new LinkedHashMap<>();
    result.put("cpu", machine.cpuModel());
    result.put("cores", machine.cores());
    result.put("usableThreads", machine.usableThreads());
    result.put("simd", machine.simd());
    result.put("memoryBytes", machine.memoryBytes());
    result.put("gpus", machine.gpus());
    result.put("java", machine.javaVersion());
    result.put("engine", engine.orElse(null));
    result.put("libtorch", libtorch.orElse(null));
    result.put("nativeLibraries", natives.map(DoctorCommand::folder).orElse(null));
    result.put(
        "workingFolder", Map.of("path", here.path().toString(), "freeBytes", here.freeBytes()));
    result.put("cache", CacheFolder.path().map(Path::toString).orElse(null));
    result.put("dataHome", DataSource.home().map(Path::toString).orElse(null));
    result.put("problems", problems);
    return result;
  }

  private static Map<String, Object> folder(Machine.Folder folder) {
    final Map<String, Object> result = new LinkedHashMap<>();
    result.put("path", folder.path().toString());
    result.put("exists", folder.exists());
    result.put("bytes", folder.bytes());
    result.put("freeBytes", folder.freeBytes());
    return result;
  }

  private void print(
      Machine machine,
      Optional<String> engine,
      Optional<String> libtorch,
      Optional<Machine.Folder> natives,
      Machine.Folder here) {
    final String limit = Processors.ofThisProcess().limit();
    output.line("processor      " + machine.cpuModel());
    output.line(
        "cores          %d, %s usable%s, instruction set %s"
            .formatted(
                machine.cores(),
                Counted.of(machine.usableThreads(), "thread"),
                limit.isEmpty() ? "" : " (" + limit + ")",
                machine.simd()));
    output.line("memory         " + mebibytes(machine.memoryBytes()));
    output.line(
        "GPUs           "
            + (machine.gpus().isEmpty() ? "none" : String.join(", ", machine.gpus()))
            + Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"))
                .map(" (CUDA_VISIBLE_DEVICES is '%s')"::formatted)
                .orElse(""));
    output.line("Java           " + machine.javaVersion());
    output.line("engine         " + engine.orElse("missing"));
    output.line(
        "libtorch       "
            + libtorch.orElse("not installed; only bench controller compares with it"));
    output.line(
        "libraries      "
            + natives
                .map(found -> "%s, %s".formatted(found.path(), mebibytes(found.bytes())))
                .orElse("inside a jar"));
    output.line(
        "data home      "
            + DataSource.home()
                .map(Path::toString)
                .orElse("none (" + DataSource.HOME_VARIABLE + ")"));
    output.line(
        "cache          "
            + CacheFolder.path()
                .map(Path::toString)
                .orElse("none (NAO_CACHE and HOME are not set)"));
    output.line("working folder %s, %s free".formatted(here.path(), mebibytes(here.freeBytes())));
  }

  private void print(List<String> problems) {
    if (problems.isEmpty()) {
      output.line("no problem found");
    }
    for (final String problem : problems) {
      output.line("problem: " + problem);
    }
  }

  private void print(CudaPart cuda) {
    output.line(
        "CUDA part      "
            + (cuda.problem().isEmpty() ? cuda.architectures() : "none: " + cuda.problem()));
  }

  private void print(GpuState gpu) {
    output.line(
        "GPU            %s, %d %% busy, %s of %s used, %.0f W, %d and %d MHz"
            .formatted(
                gpu.name(),
                gpu.utilisationPercent(),
                mebibytes(gpu.memoryUsedBytes()),
                mebibytes(gpu.memoryTotalBytes()),
                gpu.watts(),
                gpu.smMegahertz(),
                gpu.memoryMegahertz()));
  }

  private void print(VendorLibrary library) {
    output.line(
        "%-14s %s"
            .formatted(
                library.name(),
                library.file().isEmpty()
                    ? "not found: " + library.problem() + " (" + library.variable() + ")"
                    : library.version() + " (" + library.file() + ")"));
  }

  private static String mebibytes(long bytes) {
    return "%,.0f MiB".formatted(bytes / BYTES_PER_MEBIBYTE);
  }

  /**
   * The engine's version, instruction set and threads; empty, and a problem, if it does not load.
   */
  private static Optional<String> engine(List<String> problems) {
    try (Device device = Device.open("cpu", 0)) {
      return Optional.of(
          "%s, %s, %s"
              .formatted(
                  NativeLibrary.version(), device.isa(), Counted.of(device.threads(), "thread")));
    } catch (EngineException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }
}
