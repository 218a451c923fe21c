package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/**
 * Every parser accepts a damaged file or says one sentence, in short time. Longer runs by hand:
 * {@code -Dnao.fuzz=100000 -Dnao.fuzz.seed=7}; by processor time, of one parser alone, {@code
 * -Dnao.fuzz.seconds=600 -Dnao.fuzz.parser=PICTURES}.
 */
class ParserFuzzTest {
  private static final int FILES = Integer.getInteger("nao.fuzz", 20);
  private static final long SEED = Long.getLong("nao.fuzz.seed", 1);
  private static final long NANOS = Long.getLong("nao.fuzz.seconds", 0) * 1_000_000_000;
  private static final String ALONE = System.getProperty("nao.fuzz.parser", "");
  private static final int DEPTH = 25;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** Of the thread alone, since other work on the machine does not count. */
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  /** A file is not at fault where one of these is. */
  private static final List<Class<? extends Throwable>> DEFECTS =
      List.of(
          NullPointerException.class,
          ClassCastException.class,
          IndexOutOfBoundsException.class,
          NegativeArraySizeException.class,
          ArithmeticException.class);

  private static final Pattern INSIDE =
      Pattern.compile("internal error|Exception|org\\.nao|java\\.|jackson|picocli|\\(through ref");

  private static final CommandLine COMMAND = Main.commandLine();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void damagedFilesAreAcceptedOrOneSentence(FuzzedParser parser) throws IOException {
    assumeTrue(ALONE.isEmpty() || parser.name().equals(ALONE));
    parser.write(folder);
    final Map<Path, byte[]> whole = new LinkedHashMap<>();
    for (final Path file : FuzzedParser.files(folder)) {
      whole.put(file, Files.readAllBytes(file));
    }
    final List<Path> files = new ArrayList<>(whole.keySet());
    if (parser.accepts()) {
      for (final Path file : files) {
        assertThatCode(() -> parser.read(file)).as("%s", file).doesNotThrowAnyException();
      }
    }
    final SplittableRandom random = new SplittableRandom(SEED);
    final long begin = CLOCK.getCurrentThreadCpuTime();
    int i = 0;
    for (; i * parser.cost() < FILES || CLOCK.getCurrentThreadCpuTime() - begin < NANOS; i++) {
      for (final Map.Entry<Path, byte[]> each : whole.entrySet()) {
        Files.write(each.getKey(), each.getValue());
      }
      final Path file = files.get(random.nextInt(files.size()));
      final byte[] damaged = Mutation.of(whole.get(file), random);
      Files.write(file, damaged);
      final long start = CLOCK.getCurrentThreadCpuTime();
      final String finding = finding(parser, file);
      final boolean slow = CLOCK.getCurrentThreadCpuTime() - start > LONGEST.toNanos();
      if (!finding.isEmpty() || slow) {
        final Path kept = Path.of("target", "fuzz-" + parser + "-" + SEED + "-" + i);
        Files.write(kept, damaged);
        throw new AssertionError(
            "%s, kept as %s: %s".formatted(file, kept, slow ? "takes too long" : finding));
      }
    }
    if (NANOS > 0) {
      System.out.printf("%s: %,d damaged files%n", parser, i);
    }
  }

  /** What is wrong with how a parser takes a file, empty if nothing is. */
  private static String finding(FuzzedParser parser, Path file) {
    try {
      parser.read(file);
      return "";
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        for (final Class<?> defect : DEFECTS) {
          if (defect.isInstance(cause)) {
            return trace(e);
          }
        }
      }
      final StringWriter said = new StringWriter();
      COMMAND.setErr(new PrintWriter(said));
      UserErrors.report(e, COMMAND, false);
      final String sentence = said.toString();
      return sentence.lines().count() == 1 && !INSIDE.matcher(sentence).find()
          ? ""
          : sentence + trace(e);
    }
  }

  private static String trace(Throwable e) {
    final StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.toString().lines().limit(DEPTH).collect(Collectors.joining("\n"));
  }

  /** Classes that open or parse files, by what reads them above, or why nothing does. */
  private static final Map<String, String> READERS =
      Map.ofEntries(
          Map.entry("ArchiveTree", "ARCHIVES"),
          Map.entry("CifarFolder", "CIFAR_FOLDERS"),
          Map.entry("CifarPython", "CIFAR_PYTHON_FOLDERS"),
          Map.entry("CsvFile", "TABLES"),
          Map.entry("EventLog", "RUN_FOLDERS"),
          Map.entry("FolderLayout", "names the readers of folders"),
          Map.entry("FolderTree", "hands streams to readers of folders"),
          Map.entry("IdxFolder", "IDX_FOLDERS"),
          Map.entry("Json", "CONFIGURATIONS"),
          Map.entry("JsonFormat", "ARCHITECTURES"),
          Map.entry("NumpyFolder", "NUMPY_FOLDERS"),
          Map.entry("FilePixels", "images with checksums, in FilePixelsTest"),
          Map.entry("PictureCache", "every byte of it, in PictureCacheTest"),
          Map.entry("PictureDecoding", "what it has written itself"),
          Map.entry("PictureJournal", "bytes of it, in StoredPicturesTest"),
          Map.entry("PictureFolder", "PICTURES"),
          Map.entry("PictureList", "PICTURES"),
          Map.entry("PictureReader", "PICTURES"),
          Map.entry("RunFolder", "RUN_FOLDERS"),
          Map.entry("RunPage", "a resource"),
          Map.entry("SafetensorsFile", "SAFETENSORS"),
          Map.entry("SealedJson", "SEALED_CONFIGURATIONS"),
          Map.entry("SubTree", "hands streams to readers of folders"),
          Map.entry("TextFiles", "ARCHITECTURES"),
          Map.entry("TreeFile", "hands bytes to readers of folders"),
          Map.entry("TensorBoardFile", "only writes"),
          Map.entry("AtomicFiles", "copies bytes; opens folders only to force them to disk"),
          Map.entry("FashionMnistMini", "a resource"),
          Map.entry("PresetFiles", "a resource"),
          Map.entry("PythonExport", "a resource"),
          Map.entry("Version", "a resource"),
          Map.entry("GpuState", "of the engine"),
          Map.entry("Network", "of the engine"),
          Map.entry("VendorLibrary", "of the engine"),
          Map.entry("Claims", "every byte of it, in ClaimsTest"),
          Map.entry("SharedFolder", "what its own second process has just written"),
          Map.entry("Machine", "of the kernel"),
          Map.entry("GradientExchange", "of the kernel"),
          Map.entry("Experiment", "of the engine"),
          Map.entry("Processors", "of the kernel"),
          Map.entry("LocalRanks", "of the kernel"),
          Map.entry("PeakMemory", "of the kernel"),
          Map.entry("Worker", "of the kernel"),
          Map.entry("OtherWork", "of the kernel"),
          Map.entry("Download", "a checksum looks at every byte, in FetchTest"),
          Map.entry("Fetch", "opens a file only to lock it"),
          Map.entry("Sha256", "looks at no byte"));

  /** A new parser belongs to {@link FuzzedParser} and into the list. */
  @Test
  void everyParserIsAmongThem() throws IOException {
    final Pattern reads =
        Pattern.compile(
            "\\bFiles\\.(newInputStream|newBufferedReader|newByteChannel|readA\\w+|readString|lines)\\("
                + "|FileChannel\\.open\\(|FileInputStream\\(|FileReader\\(|RandomAccessFile\\(|getResourceAsStream\\(|\\.readTree\\(|\\.readValue\\(|\\bFileTree"
                + " \\w+[,)]");
    final Set<String> readers = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (final Path source : sources.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (reads.matcher(Files.readString(source)).find()) {
          readers.add(source.getFileName().toString().replace(".java", ""));
        }
      }
    }
    assertThat(readers).isEqualTo(new TreeSet<>(READERS.keySet()));
  }
}
