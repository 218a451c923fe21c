package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.RunFolder;

class ReportCommandTest {
  private static final long MOST_BYTES = 3_000_000;

  @TempDir private Path folder;

  private String page(Path... runs) throws IOException {
    final Path out = folder.resolve("page.html");
    final List<String> arguments = new ArrayList<>(List.of("report"));
    for (final Path run : runs) {
      arguments.add(run.toString());
    }
    arguments.addAll(List.of("--out", out.toString()));
    final Invocation invocation = Invocation.of(arguments.toArray(String[]::new));
    assertThat(invocation.err()).isEmpty();
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.out()).isEqualToIgnoringNewLines("wrote " + out);
    return Files.readString(out);
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void aSearchIsThereWithAllItsArchitectures() throws IOException {
    final Path run = folder.resolve("searched");
    TinyRuns.search(run, 30);
    final String page = page(run);
    assertThat(page)
        .contains("<h1>searched</h1>", "finished", "nao-v2, seed 1", "fashion", "a processor")
        .contains("80.00 %", "Rounds and predictor", "nao search --config", "nao train --run");
    // By size, by latency, in the order found; of the 20 that were predicted, once more.
    assertThat(count(page, "<use class=\"p\"")).isEqualTo(30 + 30 + 30 + 20);
    assertThat(count(page, "class=\"p number\"")).isEqualTo(2 + 2);
    assertThat(count(page, "<img alt=\"(normal|reduction) cell")).isEqualTo(4);
    for (final String line : Files.readAllLines(run.resolve("arch_pool.2"))) {
      assertThat(page).contains(line);
    }
  }

  @Test
  void nothingIsLoadedFromElsewhere() throws IOException {
    final Path run = folder.resolve("searched");
    TinyRuns.search(run, 6);
    final String page = page(run);
    assertThat(count(page, "(src|href)=\"(?!data:|#)")).isZero();
    assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https:");
    assertThat(page).contains("default-src 'none'").doesNotContain("script-src 'unsafe");
  }

  @Test
  void noTextOfARunBecomesMarkup() throws IOException {
    final String evil = "<script>document.title='x'</script>";
    final String quoted = "\" onmouseover=\"document.title='x'";
    final Path run = folder.resolve("<b>run</b>");
    TinyRuns.training(run, List.of(evil, quoted, "c"));
    final String page = page(run);
    assertThat(page).contains("&lt;script&gt;document.title='x'&lt;/script&gt;");
    assertThat(page).contains("&quot; onmouseover=&quot;", "&lt;b&gt;run&lt;/b&gt;");
    assertThat(page).doesNotContain(evil, quoted, "<b>run");
    assertThat(count(page, "<script")).isEqualTo(1);
  }

  @Test
  void aTrainingHasItsCourseAndItsConfusions() throws IOException {
    final Path run = folder.resolve("trained");
    TinyRuns.training(run, List.of("shirt", "coat", "bag"));
    final String page = page(run);
    assertThat(page)
        .contains("74.00 %", "validation images", "<th scope=\"row\">shirt</th>")
        .contains("<b>bag</b> taken for <b>coat</b>: 3 of 25", "nao evaluate");
    assertThat(count(page, "<td[^>]* style=\"--share")).isEqualTo(9);
  }

  @Test
  void severalRunsStandSideBySide() throws IOException {
    final Path a = folder.resolve("a");
    final Path b = folder.resolve("b");
    final Path c = folder.resolve("c");
    TinyRuns.search(a, 12);
    TinyRuns.search(b, 15);
    TinyRuns.training(c, List.of("x", "y"));
    assertThat(page(a, b, c))
        .contains("<h1>3 runs</h1>", "Best score so far", "href=\"#run3\"", "id=\"run3\"")
        .contains("The configurations of the searches are the same");
  }

  @Test
  void knownLatenciesHaveAChartAndAColumn() throws IOException {
    final Path run = folder.resolve("searched");
    TinyRuns.search(run, 12);
    assertThat(page(run))
        .contains("Accuracy and latency", "not dominated", "<th>predicted ms</th>")
        .contains(" ms for an image");
    final Path file = run.resolve("candidates.csv");
    Files.writeString(
        file,
        Files.readAllLines(file).stream()
            .map(each -> each.replaceFirst(",[^,]*,[^,]*,[^,]*$", "") + "\n")
            .collect(Collectors.joining()));
    assertThat(page(run))
        .contains("Accuracy and size")
        .doesNotContain("Accuracy and latency", "not dominated", "predicted ms", "ms for an image");
  }

  @Test
  void aPageOfTwoThousandArchitecturesIsSmall() throws IOException {
    final Path run = folder.resolve("large");
    TinyRuns.search(run, 2000);
    page(run);
    assertThat(Files.size(folder.resolve("page.html"))).isBetween(MOST_BYTES / 10, MOST_BYTES);
  }

  @Test
  void aRunThatHasJustBegunHasAPage() throws IOException {
    final Path run = folder.resolve("young");
    TinyRuns.search(run, 6);
    for (final String file : List.of("candidates.csv", "summary.json", "run.lock")) {
      Files.delete(run.resolve(file));
    }
    Files.writeString(run.resolve("events.jsonl"), "{\"phase\":\"tra");
    assertThat(page(run)).contains("stopped before its end", "No architecture has been scored");
  }

  @ParameterizedTest
  @CsvSource({
    "searched, config.json",
    "searched, events.jsonl",
    "searched, inputs.json",
    "searched, machines.json",
    "searched, summary.json",
    "searched, candidates.csv",
    "searched, arch_pool.perf.1",
    "trained, confusion.csv"
  })
  void damageIsOneSentenceThatNamesTheFile(String name, String file) throws IOException {
    final Path run = folder.resolve(name);
    if (name.equals("searched")) {
      TinyRuns.search(run, 6);
    } else {
      TinyRuns.training(run, List.of("x", "y"));
    }
    Files.writeString(run.resolve(file), "neither\nthis\nnor that\n");
    final Path out = folder.resolve("page.html");
    final Invocation invocation = Invocation.of("report", run.toString(), "--out", out.toString());
    assertThat(invocation.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(invocation.out()).isEmpty();
    assertThat(invocation.err().lines()).hasSize(1);
    assertThat(invocation.err()).contains(run.resolve(file).toString()).doesNotContain("internal");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"events.jsonl", "arch_pool.1"})
  void aMissingFileIsOneSentence(String file) throws IOException {
    final Path run = folder.resolve("searched");
    TinyRuns.search(run, 6);
    Files.delete(run.resolve(file));
    final Invocation invocation = Invocation.of("report", run.toString());
    assertThat(invocation.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(invocation.err()).contains(run.resolve(file).toString()).doesNotContain("internal");
    assertThat(run.resolve("report.html")).doesNotExist();
  }

  @Test
  void otherKindsOfRunsAreRefused() {
    final Path run = folder.resolve("table");
    RunFolder.create(run, Map.of("algorithm", "random", "benchmark", "nasbench201")).close();
    final Invocation invocation = Invocation.of("report", run.toString());
    assertThat(invocation.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(invocation.err())
        .contains(run + ": is neither the run of a search nor of a training");
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    assertThat(Invocation.of("report", folder.toString()).err())
        .contains(folder.toString(), "expected the folder of a run");
    assertThat(Invocation.of("report").exitCode()).isEqualTo(ExitCode.USAGE);
    TinyRuns.search(folder.resolve("a"), 6);
    assertThat(Invocation.of("report", folder.resolve("a").toString(), "--out", "/tmp").err())
        .contains("--out is /tmp, which is a folder");
  }
}
