package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.nao.data.DataSource;
import org.nao.error.UserException;
import org.nao.fetch.Fetch;
import org.nao.fetch.PublishedSet;
import org.nao.run.Signals;
import org.nao.text.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao data fetch}: downloads a data set. */
@Command(
    name = "fetch",
    description = {
      "Downloads a data set from where its authors publish it, and checks it.",
      "A download that broke off goes on where it did. Nothing is overwritten. The variables"
          + " http_proxy, https_proxy, all_proxy and no_proxy count."
    },
    footer = {
      "",
      "Examples:",
      "  nao data fetch                            what can be downloaded",
      "  nao data fetch cifar10 --to ~/data",
      "  NAO_DATA=~/data nao search --data cifar10"
    })
final class DataFetch implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Data set; without it, those that can be downloaded are listed.")
  private String name;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Folder in which the data set gets a folder (default: $NAO_DATA).")
  private Path to;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Address of a folder with the same files, to download them from there.")
  private String mirror;

  @Mixin private Output output;

  @Override
  public Integer call() {
    if (name == null) {
      PublishedSet.all().forEach(this::print);
      return ExitCode.DONE;
    }
    final PublishedSet set =
        PublishedSet.of(name)
            .orElseThrow(
                () ->
                    new UserException(
                        "no data set '%s' can be downloaded, only %s."
                            .formatted(
                                name,
                                PublishedSet.all().stream()
                                    .map(PublishedSet::name)
                                    .collect(Collectors.joining(", ")))));
    final Fetch fetch = new Fetch(set, home(), Optional.ofNullable(mirror));
    try (Signals signals = Signals.listen()) {
      if (!fetch.run(signals.stop())) {
        return ExitCode.of(signals.stop());
      }
    }
    if (output.json()) {
      output.object(Map.of("name", set.name(), "place", fetch.target().toString()));
    } else {
      output.line("%s is in %s, as published.".formatted(set.name(), fetch.target()));
      output.line("--data " + Shell.quoted(fetch.target().toString()) + " takes it.");
    }
    return ExitCode.DONE;
  }

  private Path home() {
    return Optional.ofNullable(to)
        .or(DataSource::home)
        .orElseThrow(
            () ->
                new UserException(
                    "where to is unknown: give --to DIR, or set %s to the folder of your data sets."
                        .formatted(DataSource.HOME_VARIABLE)));
  }

  private void print(PublishedSet set) {
    if (output.json()) {
      final Map<String, Object> values = new LinkedHashMap<>();
      values.put("name", set.name());
      values.put("title", set.title());
      values.put("bytes", set.bytes().orElse(null));
      values.put("files", set.files().stream().map(each -> each.home().toString()).toList());
      output.object(values);
    } else {
      output.line(
          "%-15s %s%s"
              .formatted(
                  set.name(),
                  set.title(),
                  set.bytes().map(bytes -> ", %,d MB".formatted(bytes / 1_000_000)).orElse("")));
    }
  }
}
