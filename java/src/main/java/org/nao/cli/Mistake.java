package org.nao.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nao.run.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the words of its user. */
final class Mistake {
  private Mistake() {}

  /** The sentence of an error of the parser, or of a command that refuses its options. */
  static String sentence(ParameterException e) {
    final CommandSpec command = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(command, unmatched.getUnmatched().get(0));
    }
    if (e instanceof MissingParameterException missing) {
      return missing(missing);
    }
    final ArgSpec argument = e.getArgSpec();
    if (argument == null || e.getValue() == null) {
      return e.getMessage();
    }
    final Class<?> type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      return "%s is '%s', expected %s"
          .formatted(name(argument), e.getValue(), choices(type.getEnumConstants()));
    }
    return e.getCause() instanceof TypeConversionException wrong
        ? name(argument) + " " + wrong.getMessage()
        : e.getMessage();
  }

  /** Of options that are not there, or one that is there without its value. */
  private static String missing(MissingParameterException e) {
    final List<ArgSpec> missing = e.getMissing();
    final String names = missing.stream().map(Mistake::name).collect(Collectors.joining(", "));
    if (missing.size() > 1) {
      return names + " are missing";
    }
    return missing.get(0) instanceof OptionSpec option && !option.required()
        ? "%s needs a value, %s".formatted(names, option.paramLabel())
        : names + " is missing";
  }

  private static String unmatched(CommandSpec command, String word) {
    if (word.startsWith("-") && word.length() > 1) {
      final String option = word.split("=", 2)[0];
      final List<String> known =
          command.options().stream()
              .filter(each -> !each.hidden())
              .flatMap(each -> Arrays.stream(each.names()))
              .filter(each -> each.startsWith("--"))
              .toList();
      return "unknown option " + option + suggestion(NearestName.of(option, known));
    }
    return command.subcommands().isEmpty()
        ? "'%s' is one argument too many".formatted(word)
        : unknownCommand(command, word);
  }

  /** That a command has none of that name below it; suggests another one. */
  static String unknownCommand(CommandSpec command, String word) {
    final Map<String, CommandLine> below = command.subcommands();
    final List<String> visible =
        below.entrySet().stream()
            .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();
    final Optional<String> near =
        deeper(command, word).or(() -> NearestName.of(word.toLowerCase(Locale.ROOT), visible));
    return "unknown command '%s'%s"
        .formatted(
            word,
            near.isPresent()
                ? suggestion(near)
                : below.isEmpty() ? "" : ", expected " + choices(visible.toArray()));
  }

  /** A command of exactly that name somewhere below, by its last words. */
  private static Optional<String> deeper(CommandSpec command, String word) {
    return command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(each -> each.subcommands().containsKey(word))
        .map(each -> each.name() + " " + word)
        .findFirst();
  }

  private static String suggestion(Optional<String> name) {
    return name.map(". Did you mean %s?"::formatted).orElse("");
  }

  /** What a user calls a key: the option of that name, else how to give it without one. */
  static String named(String key, CommandSpec command) {
    final String option =
        "--"
            + key.substring(key.lastIndexOf('.') + 1)
                .replaceAll("([A-Z])", "-$1")
                .toLowerCase(Locale.ROOT);
    if (command.findOption(option) != null) {
      return option;
    }
    return command.findOption("--config") == null ? key : key + " (a key of --config FILE)";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  /** For example "batch, running or authors". */
  static String choices(Object[] values) {
    final List<String> names =
        new ArrayList<>(
            Arrays.stream(values).map(each -> each.toString().toLowerCase(Locale.ROOT)).toList());
    final String last = names.remove(names.size() - 1);
    return names.isEmpty()
        ? last
        : names.stream().collect(Collectors.joining(", ")) + " or " + last;
  }
}
