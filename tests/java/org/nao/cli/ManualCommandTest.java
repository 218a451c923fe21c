package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualCommandTest {
  private static final Path COMMITTED = Path.of("../docs/cli");

  @TempDir private Path folder;

  @Test
  void theCommittedReferenceIsThatOfTheCommands() throws IOException {
    final Map<String, String> pages = written("markdown");
    assertThat(pages).containsKeys("nao.md", "nao-search.md", "nao-arch-size.md");
    assertThat(texts(COMMITTED))
        .as("rm docs/cli/*; ./nao manual --format markdown docs/cli")
        .isEqualTo(pages);
  }

  @Test
  void everyOptionOfTheHelpIsOnItsPage() throws IOException {
    final Map<String, String> pages = written("markdown");
    final String search = pages.get("nao-search.md");
    assertThat(search)
        .startsWith("# nao search\n")
        .contains("- `--seed=S`: Seed of all random numbers.")
        .contains("- `--[no-]warm-start`: ")
        .contains("\n  nao search --resume runs/a ");
    assertThat(pages.get("nao.md"))
        .contains("[nao search](nao-search.md)")
        .doesNotContain("manual");
  }

  @Test
  void manPagesHoldNoRequestsButTheirOwn() throws IOException {
    final Map<String, String> pages = written("man");
    assertThat(pages).containsKeys("nao.1", "nao-search.1");
    assertThat(pages.get("nao-search.1"))
        .startsWith(".TH NAO-SEARCH 1\n.SH NAME\nnao\\-search \\- ")
        .contains(".TP\n.B \\-\\-seed=S\nSeed of all random numbers.\n");
    pages
        .values()
        .forEach(
            page ->
                assertThat(page.lines())
                    .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
                    .allMatch(line -> line.matches("\\.(TH|SH|TP|B|nf|fi|PP)( .*)?")));
  }

  private Map<String, String> written(String format) throws IOException {
    final Invocation manual = Invocation.of("manual", "--format", format, folder.toString());
    assertThat(manual.exitCode()).as(manual.err()).isZero();
    return texts(folder);
  }

  private static Map<String, String> texts(Path folder) throws IOException {
    final Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (final Path file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }
}
