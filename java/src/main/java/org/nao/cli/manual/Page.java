package org.nao.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What there is to say of one command.
 *
 * @param command its whole name, for example {@code nao arch size}
 * @param description one or more sentences
 * @param synopsis lines of at most 80 columns
 * @param arguments positional parameters and options, in the order of {@code --help}
 * @param commands its own, by their whole names
 * @param footer lines; those that begin with spaces are to be kept as they are
 */
record Page(
    String command,
    String description,
    List<String> synopsis,
    List<Entry> arguments,
    List<Entry> commands,
    List<String> footer) {
  private static final int COLUMNS = 80;

  /** A name, or several, and what it means. */
  record Entry(String name, String meaning) {}

  /** The page of {@code commandLine} and those of all commands below it that are not hidden. */
  static List<Page> all(CommandLine commandLine) {
    final List<Page> pages = new ArrayList<>();
    pages.add(of(commandLine));
    for (final CommandLine command : visible(commandLine)) {
      pages.addAll(all(command));
    }
    return pages;
  }

  /** With hyphens, as files are called. */
  String fileName() {
    return fileName(command);
  }

  static String fileName(String command) {
    return command.replace(' ', '-');
  }

  private static Page of(CommandLine commandLine) {
    commandLine.setUsageHelpAutoWidth(false).setUsageHelpWidth(COLUMNS);
    final CommandSpec spec = commandLine.getCommandSpec();
    final Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    final List<Entry> arguments = new ArrayList<>();
    for (final PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        arguments.add(new Entry(parameter.paramLabel(), meaning(parameter)));
      }
    }
    final List<OptionSpec> options = new ArrayList<>(spec.options());
    options.removeIf(OptionSpec::hidden);
    options.sort((a, b) -> a.longestName().compareTo(b.longestName()));
    for (final OptionSpec option : options) {
      arguments.add(new Entry(names(option, help), meaning(option)));
    }
    return new Page(
        spec.qualifiedName(),
        String.join(" ", lines(spec.usageMessage().description())),
        help.synopsis(0).lines().toList(),
        arguments,
        visible(commandLine).stream()
            .map(CommandLine::getCommandSpec)
            .map(
                command ->
                    new Entry(
                        command.qualifiedName(),
                        String.join(" ", lines(command.usageMessage().description()))))
            .toList(),
        lines(spec.usageMessage().footer()));
  }

  private static List<CommandLine> visible(CommandLine commandLine) {
    return commandLine.getSubcommands().entrySet().stream()
        .map(Map.Entry::getValue)
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static String names(OptionSpec option, Help help) {
    final List<String> names = new ArrayList<>(List.of(option.names()));
    if (option.negatable()) {
      names.replaceAll(name -> name.replace("--", "--[no-]"));
    }
    final String label =
        help.createDefaultParamLabelRenderer()
            .renderParameterLabel(option, Help.Ansi.OFF, List.of())
            .toString();
    return String.join(", ", names) + label;
  }

  private static String meaning(ArgSpec argument) {
    return String.join(" ", lines(argument.description()));
  }

  /** Texts are formats, where % is written twice. */
  private static List<String> lines(String... texts) {
    final List<String> result = new ArrayList<>();
    for (final String text : texts) {
      result.addAll(text.isEmpty() ? List.of("") : text.formatted().lines().toList());
    }
    return result;
  }
}
