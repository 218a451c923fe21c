package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.data.DataException;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.StopAtCheck;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;

/**
 * A stopped run, one of whose files is damaged, goes on to the same result, or says a sentence. A
 * longer run by hand: {@code -Dnao.damages=2000 -Dnao.damages.seed=7}.
 */
class RunDamageTest {
  private static final int DAMAGES = Integer.getInteger("nao.damages", 40);
  private static final long SEED = Long.getLong("nao.damages.seed", 1);
  private static final int LONGEST_CUT = 40;

  @TempDir private Path folder;

  /** What a run found, times aside. */
  private record Result(Map<String, List<String>> pools, List<ObjectNode> events) {}

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  @ParameterizedTest
  @CsvSource({"nao-v2, 9", "nao-v2, 25", "random, 8", "evolution, 12"})
  void noDamageChangesAResultInSilence(String algorithm, int stopAtCheck) throws IOException {
    final Path stopped = stopped(algorithm, stopAtCheck);
    final Path whole = copy(stopped, "whole");
    final List<String> notices = new ArrayList<>();
    resume(whole, notices);
    final Result expected = result(whole);
    assertThat(notices).isEmpty();

    final SplittableRandom random = new SplittableRandom(SEED + stopAtCheck);
    for (int i = 0; i < DAMAGES; i++) {
      final Path run = copy(stopped, "damaged");
      final String damage = damage(run, random);
      notices.clear();
      try {
        resume(run, notices);
        if (notices.isEmpty()) {
          assertThat(result(run)).as("%s: silent difference", damage).isEqualTo(expected);
        }
      } catch (RunException | DataException | UserException e) {
        assertThat(e.getMessage()).as(damage).contains(run.toString());
      } catch (RuntimeException e) {
        final StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        fail("%s: internal error %s", damage, trace, e);
      }
    }
  }

  private Path stopped(String algorithm, int stopAtCheck) throws IOException {
    final SearchConfig config = TinySearch.config(folder, algorithm, "reranking.epochs", 2);
    final Path path = folder.resolve("stopped");
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopAtCheck(stopAtCheck), sentence -> {})) {
      assertThat(search.run()).isEmpty();
    }
    assertThat(path.resolve("checkpoint.previous")).exists();
    return path;
  }

  /** As the command line goes on with a run. */
  private static void resume(Path path, List<String> notices) {
    final SearchConfig config = ConfigFiles.read(RunFolder.configFile(path), SearchConfig.class);
    try (RunFolder run = RunFolder.resume(path, config);
        Search search = new Search(run, config, new StopRequest(), notices::add)) {
      search.run().orElseThrow();
    }
  }

  private static Result result(Path path) throws IOException {
    final Map<String, List<String>> pools = new TreeMap<>();
    for (final Path file : files(path)) {
      if (file.getFileName().toString().startsWith("arch_pool")) {
        pools.put(
            file.getFileName().toString(), Files.readAllLines(file, StandardCharsets.ISO_8859_1));
      }
    }
    return new Result(pools, RunEvents.of(path));
  }

  /** Damages one file; returns what was done. */
  private static String damage(Path run, SplittableRandom random) throws IOException {
    final List<Path> files = files(run);
    final Path file = files.get(random.nextInt(files.size()));
    final byte[] bytes = Files.readAllBytes(file);
    final int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    final int length = Math.min(1 + random.nextInt(LONGEST_CUT), bytes.length - at);
    final String damage;
    switch (bytes.length == 0 ? 4 : random.nextInt(5)) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
        damage = "bit flipped";
      }
      case 1 -> {
        Files.write(file, Arrays.copyOf(bytes, at));
        damage = "cut short";
      }
      case 2 -> {
        final byte[] shorter = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, at + length, shorter, at, shorter.length - at);
        Files.write(file, shorter);
        damage = "%d bytes removed".formatted(length);
      }
      case 3 -> {
        for (int i = 0; i < length; i++) {
          bytes[at + i] = (byte) random.nextInt(256);
        }
        Files.write(file, bytes);
        damage = "%d bytes replaced".formatted(length);
      }
      default -> {
        Files.delete(file);
        damage = "removed";
      }
    }
    return "%s: %s at byte %d".formatted(run.relativize(file), damage, at);
  }

  private static List<Path> files(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path copy(Path run, String name) throws IOException {
    final Path copy = folder.resolve(name);
    if (Files.exists(copy)) {
      delete(copy);
    }
    for (final Path file : files(run)) {
      final Path target = copy.resolve(run.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    return copy;
  }

  private static void delete(Path path) throws IOException {
    final List<Path> all;
    try (Stream<Path> paths = Files.walk(path)) {
      all = new ArrayList<>(paths.toList());
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      Files.delete(all.get(i));
    }
  }
}
