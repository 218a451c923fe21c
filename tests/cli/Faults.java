package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes every file operation of a command fail, one at a time, in one process: a search or training
 * that writes the folder {@code run}. It must end well or in one sentence that names a file of the
 * folder, and what {@code --resume} makes of the folder must be what an undisturbed command makes.
 *
 * <p>{@code Faults WAYS COMMAND...}, in a folder with a file {@code control} that
 * tests/signal_at/signal_at.c reads: WAYS is {@code turn}, one way to fail per operation, or {@code
 * all}.
 */
final class Faults {
  private static final List<String> WAYS =
      List.of("ENOSPC at", "EIO at", "EDQUOT from", "EMFILE at", "ENOSPC from", "ENOMEM at");
  private static final Path RUN = Path.of("run").toAbsolutePath();
  private static final Path WHOLE = Path.of("whole").toAbsolutePath();
  private static final Path CONTROL = Path.of("control");
  private static final Path LOG = Path.of("log");

  private final List<String> command;
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private Map<String, Object> expected;

  private Faults(List<String> command) {
    this.command = command;
  }

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    final List<String> command = List.of(arguments).subList(1, arguments.length);
    System.exit(new Faults(command).all(arguments[0].equals("all")) ? 0 : 1);
  }

  /** Whether every operation may fail. */
  private boolean all(boolean everyWay) throws IOException {
    if (run(command, WHOLE).code() != 0) {
      System.out.println("the undisturbed command fails");
      return false;
    }
    expected = result(WHOLE);
    int number = 0;
    int bad = 0;
    boolean more = true;
    while (more) {
      number++;
      for (int way = 0; more && way < WAYS.size(); way++) {
        if (everyWay || number % WAYS.size() == way) {
          final String fault = "%s %d * %s*".formatted(WAYS.get(way), number, RUN);
          final List<String> problems = problems(fault);
          more = Files.exists(LOG);
          if (more && !problems.isEmpty()) {
            bad++;
            System.out.printf("%s, %s: %s%n", fault, Files.readString(LOG).strip(), problems);
          }
        }
      }
    }
    System.out.printf("%d operations: %s; %d wrong%n", number - 1, outcomes, bad);
    return bad == 0 && number > 100;
  }

  private List<String> problems(String fault) throws IOException {
    delete(RUN);
    Files.deleteIfExists(LOG);
    control(fault);
    final Ended disturbed = run(command, RUN);
    control("");
    final List<String> problems = new ArrayList<>();
    if (!Files.exists(LOG)) {
      return problems;
    }
    if (disturbed.code() == 1) {
      problems.addAll(mistakes(disturbed.said()));
    } else if (disturbed.code() != 0) {
      problems.add("exit code " + disturbed.code() + ", " + disturbed.said());
    }
    final boolean begun = Files.exists(RUN.resolve("config.json"));
    outcomes.merge(
        disturbed.code() == 0 ? "survived" : begun ? "gone on with" : "begun anew", 1, Integer::sum);
    if (disturbed.code() != 0) {
      final Ended resumed =
          begun ? run(List.of(command.get(0), "--resume"), RUN) : run(command, RUN);
      if (resumed.code() != 0) {
        problems.add("is not gone on with: " + resumed.said());
        return problems;
      }
    }
    final Map<String, Object> found = result(RUN);
    expected.forEach(
        (name, content) -> {
          if (!content.equals(found.get(name))) {
            problems.add(name + " differs");
          }
        });
    found.keySet().stream()
        .filter(name -> name.endsWith(".partial"))
        .forEach(name -> problems.add(name + " is left"));
    return problems;
  }

  /** What is wrong with a failed command's words. */
  private static List<String> mistakes(String said) {
    final List<String> mistakes = new ArrayList<>();
    if (said.lines().count() != 1 || !said.matches("(?s)nao.*\\.\\s*")) {
      mistakes.add("not one sentence: " + said);
    }
    if (!said.contains(RUN.toString())) {
      mistakes.add("names no file: " + said);
    }
    if (said.matches("(?s).*(internal|Exception|java\\.).*")) {
      mistakes.add("speaks of its inside: " + said);
    }
    return mistakes;
  }

  private record Ended(int code, String said) {}

  /** The command with the folder as the value of its last option, or of {@code --out}. */
  private static Ended run(List<String> command, Path folder) {
    final List<String> arguments = new ArrayList<>(command);
    if (!command.get(command.size() - 1).equals("--resume")) {
      arguments.add("--out");
    }
    arguments.add(folder.toString());
    final StringWriter err = new StringWriter();
    final int code =
        Main.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Ended(code, err.toString());
  }

  /** Pools, tensors and half-written files of a run as bytes, its summary without times. */
  private static Map<String, Object> result(Path run) throws IOException {
    final Map<String, Object> result = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        final String name = run.relativize(file).toString();
        if (name.equals("summary.json")) {
          result.put(name, withoutTimes(new ObjectMapper().readTree(file.toFile())));
        } else if (!name.startsWith("checkpoint")
            && (name.contains("arch_pool") || name.matches(".*\\.(safetensors|partial)"))) {
          result.put(name, Arrays.hashCode(Files.readAllBytes(file)));
        }
      }
    }
    return result;
  }

  private static JsonNode withoutTimes(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(List.of("seconds", "imagesPerSecond", "checksum"));
    }
    node.forEach(Faults::withoutTimes);
    return node;
  }

  private static void control(String text) throws IOException {
    try (FileChannel channel = FileChannel.open(CONTROL, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 4096)), 0);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
