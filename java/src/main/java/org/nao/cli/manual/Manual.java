package org.nao.cli.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** The pages of all commands. */
public final class Manual {
  private Manual() {}

  /** Texts by file name. */
  public static Map<String, String> pages(CommandLine commandLine, Format format) {
    final Map<String, String> pages = new TreeMap<>();
    for (final Page page : Page.all(commandLine)) {
      pages.put(page.fileName() + format.suffix(), format.write(page));
    }
    return pages;
  }

  /** Writes them into a folder, which is made if needed; other files there stay. */
  public static void write(CommandLine commandLine, Format format, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (final Map.Entry<String, String> page : pages(commandLine, format).entrySet()) {
      Files.writeString(folder.resolve(page.getKey()), page.getValue());
    }
  }
}
