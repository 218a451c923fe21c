package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.run.Json;

class ArchCommandTest {
  /** NAONet-V2, with the sizes that the authors' code has for it at N = 6, C = 36. */
  private static final String PUBLISHED =
      "1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1";

  private static final long PUBLISHED_PARAMETERS = 4_387_654;
  private static final long PUBLISHED_PARAMETERS_WITH_HEAD = 4_864_080;

  @Test
  void sizesThePublishedArchitecture() {
    final Invocation size =
        Invocation.of("arch", "size", "--layers", "6", "--channels", "36", "--json", PUBLISHED);
    assertThat(size.exitCode()).isZero();
    assertThat(size.err()).isEmpty();
    final var object = Json.parseObject(size.out());
    assertThat(object.path("architecture").asText()).isEqualTo(PUBLISHED);
    assertThat(object.path("parameters").asLong()).isEqualTo(PUBLISHED_PARAMETERS);
    assertThat(object.path("macs").asLong()).isPositive();
    final Invocation withHead =
        Invocation.of("arch", "size", "--layers", "6", "--channels", "36", "--aux", PUBLISHED);
    assertThat(withHead.out()).contains(" " + PUBLISHED_PARAMETERS_WITH_HEAD + " ");
  }

  @Test
  void theSupernetsShareIsAnotherSize() {
    final Invocation size = Invocation.of("arch", "size", "--network", "supernet", PUBLISHED);
    assertThat(size.exitCode()).isZero();
    assertThat(size.out()).isNotEqualTo(Invocation.of("arch", "size", PUBLISHED).out());
    assertThat(
            Invocation.of("arch", "size", "--network", "supernet", "--aux", PUBLISHED).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void takesIntegersThatTheShellSplit() {
    final String[] split =
        Stream.concat(Stream.of("arch", "size"), Arrays.stream(PUBLISHED.split(" ")))
            .toArray(String[]::new);
    assertThat(Invocation.of(split).out())
        .isEqualTo(Invocation.of("arch", "size", PUBLISHED).out());
  }

  @Test
  void samplesDifferentArchitecturesRepeatably() {
    final Invocation sample = Invocation.of("arch", "sample", "--count", "50", "--seed", "3");
    assertThat(sample.exitCode()).isZero();
    assertThat(new HashSet<>(sample.lines())).hasSize(50);
    assertThat(Invocation.of("arch", "sample", "--count", "50", "--seed", "3").out())
        .isEqualTo(sample.out());
    assertThat(Invocation.of("arch", "sample", "--count", "50", "--seed", "4").out())
        .isNotEqualTo(sample.out());
  }

  @Test
  void theSampleOfASmallSpaceEnds() {
    final Invocation sample = Invocation.of("arch", "sample", "--nodes", "1", "--count", "999999");
    assertThat(sample.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(sample.err()).contains("seems to have only ");
    assertThat(Invocation.of("arch", "sample", "--count", "0").err())
        .contains("--count is 0, allowed: 1..1000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"integers", "readable", "json"})
  void everyFormatIsReadBack(String format) {
    final String sample = Invocation.of("arch", "sample", "--count", "4").out();
    final Invocation converted = Invocation.withInput(sample, "arch", "convert", "--to", format);
    assertThat(converted.exitCode()).isZero();
    assertThat(Invocation.withInput(converted.out(), "arch", "convert").out()).isEqualTo(sample);
  }

  @Test
  void readsItsOwnJsonLines() {
    final String sample = Invocation.of("arch", "sample", "--count", "2").out();
    final String json = Invocation.of("arch", "sample", "--count", "2", "--json").out();
    assertThat(Invocation.withInput(json, "arch", "convert").out()).isEqualTo(sample);
  }

  @Test
  void namesPublishedCellsAndReadsTheirSource() {
    final String genotype =
        Invocation.of("arch", "convert", "--space=nasnet", "--to=genotype", "NASNet").out();
    final String source =
        genotype
            .replace("(normal=", "(\n  normal = ")
            .replace("), ", "),\n    ")
            .replace("range(4, 7))", "[4, 5, 6],\n)");
    assertThat(source.lines()).hasSizeGreaterThan(20);
    assertThat(
            Invocation.withInput(
                    source + "\n" + genotype + source,
                    "arch",
                    "convert",
                    "--space=nasnet",
                    "--to=genotype")
                .out())
        .isEqualTo(genotype.repeat(3));
    final Invocation shown = Invocation.of("arch", "show", "--space=nasnet", "NASNet");
    assertThat(shown.out())
        .contains("genotype " + genotype)
        .contains("unused reduction [4, 5, 6]\n");
    final Invocation other = Invocation.of("arch", "size", "--space=darts", "NASNet");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("NASNet is an architecture of the space nasnet");
  }

  @Test
  void writesGenotypesOfDarts() {
    final String[] space = {"--space=darts"};
    final String sample = arch("sample", space, "--count=3").out();
    final String genotypes =
        Invocation.withInput(sample, "arch", "convert", "--space=darts", "--to=genotype").out();
    assertThat(genotypes.lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("Genotype(normal=[('"));
    assertThat(Invocation.withInput(genotypes, "arch", "convert", "--space=darts").out())
        .isEqualTo(sample);
    final String genotype = genotypes.lines().findFirst().orElseThrow();
    assertThat(arch("show", space, genotype).out())
        .contains("genotype " + genotype + "\n")
        .doesNotContain("unused");
    final Invocation other = Invocation.of("arch", "convert", "--to=genotype", PUBLISHED);
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err())
        .contains("a genotype is of the spaces darts and nasnet, not of nao-small");
  }

  @Test
  void theCanonicalFormForgetsOperandOrder() {
    final String swapped = PUBLISHED.replaceFirst("1 1 0 1 2 4 0 0", "0 1 1 1 0 0 2 4");
    assertThat(Invocation.of("arch", "convert", "--canonical", swapped).out())
        .isEqualTo(Invocation.of("arch", "convert", "--canonical", PUBLISHED).out());
  }

  @Test
  void showsAnArchitecture() {
    final Invocation shown =
        Invocation.of("arch", "show", "--layers", "6", "--channels", "36", PUBLISHED);
    assertThat(shown.out())
        .contains("node 3 = identity(2) + sep_conv_3x3(0)")
        .contains("unused normal [3, 4, 5, 6]")
        .contains("integers " + PUBLISHED);
    final var object = Json.parseObject(Invocation.of("arch", "show", "--json", PUBLISHED).out());
    assertThat(object.path("architecture").asText()).isEqualTo(PUBLISHED);
    assertThat(object.path("cells").path("normal")).hasSize(5);
  }

  @Test
  void knowsSomeOperationsOfTheMiddleSpace() {
    final String[] space = {
      "--space=nao-middle", "--nodes=1", "--operations=dil_sep_conv_7x7,zero,identity"
    };
    final Invocation shown = arch("show", space, "0 1 1 2 0 0 1 0");
    assertThat(shown.err()).isEmpty();
    assertThat(shown.out())
        .contains("normal cell\n  node 2 = identity(0) + dil_sep_conv_7x7(1)")
        .contains("reduction cell\n  node 2 = zero(0) + zero(1)");
    final String json = arch("convert", space, "--to=json", "0 1 1 2 0 0 1 0").out();
    assertThat(json)
        .contains("{\"space\":\"nao-middle\",\"normal\":[{\"in1\":0,\"op1\":\"identity\"");
    // By their names they are the same in the whole space, which numbers them differently.
    assertThat(Invocation.of("arch", "convert", "--space=nao-middle", "--nodes=1", json).out())
        .isEqualTo("0 1 1 7 0 0 1 0\n");
    assertThat(arch("size", space, "0 1 1 3 0 0 1 0").err())
        .contains("found '3', allowed: 0 zero, 1 identity, 2 dil_sep_conv_7x7");
    assertThat(arch("sample", space, "--count=30").lines())
        .hasSize(30)
        .allMatch(line -> line.matches("([01] [012] ){3}[01] [012]"));
  }

  private static Invocation arch(String command, String[] space, String... arguments) {
    return Invocation.of(
        Stream.of(Stream.of("arch", command), Stream.of(space), Stream.of(arguments))
            .flatMap(each -> each)
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|--operations names none; leave it out for all operations of the space",
        "identity,|a name is missing in 'identity,'",
        "identity,sep_conv_7x7|'sep_conv_7x7' is unknown, nao-small has sep_conv_3x3, ",
        "identity,identity|'identity' is there twice",
      })
  void namesWhatIsWrongWithOperations(String operations, String sentence) {
    for (final String command : new String[] {"arch sample", "search", "study ranking"}) {
      final String[] words = (command + " --operations").split(" ");
      final String[] all = Arrays.copyOf(words, words.length + 1);
      all[words.length] = operations;
      final Invocation refused = Invocation.of(all);
      assertThat(refused.exitCode()).as(command).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).as(command).contains(sentence).hasLineCount(1);
    }
  }

  @Test
  void namesTheLineThatIsNoArchitecture(@TempDir Path folder) throws IOException {
    final Path file = folder.resolve("pool");
    Files.writeString(file, PUBLISHED + "\n\n" + PUBLISHED.replaceFirst("2 4", "2 9") + "\n");
    final Invocation size = Invocation.of("arch", "size", "--file", file.toString());
    assertThat(size.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(size.out()).isEmpty();
    assertThat(size.err())
        .startsWith("nao arch size: " + file + " line 3: ")
        .contains("found '9'")
        .hasLineCount(1);
  }

  @Test
  void noInputIsAnError() {
    final Invocation size = Invocation.withInput("\n", "arch", "size");
    assertThat(size.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(size.err()).contains("expected at least one architecture, found none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--layers=100000000", "--channels=0", "--nodes=2000", "--space=nothing"})
  void refusesAbsurdSizes(String option) {
    final Invocation size = Invocation.of("arch", "size", option, PUBLISHED);
    assertThat(size.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(size.out()).isEmpty();
    assertThat(size.err()).startsWith("nao arch size: ").contains("allowed").hasLineCount(1);
  }

  @Test
  void readsGenotypesFromFilesAsTheyArePublished(@TempDir Path folder) throws IOException {
    final String genotype =
        Invocation.of("arch", "convert", "--space", "darts", "--to", "genotype", "DARTS_V2").out();
    final Path file = folder.resolve("genotypes.py");
    Files.writeString(
        file,
        "\ufeffDARTS_V2 = "
            + genotype.replace("), (", "),\n    (")
            + "\n05/10 12:34 genotype = "
            + genotype);
    final Invocation read =
        Invocation.of(
            "arch", "convert", "--space", "darts", "--to", "genotype", "--file", file.toString());
    assertThat(read.err()).isEmpty();
    assertThat(read.out()).isEqualTo(genotype + genotype);
  }
}
