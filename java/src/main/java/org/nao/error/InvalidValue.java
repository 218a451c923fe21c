package org.nao.error;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration's value that is refused. The message is a sentence about its key; whoever knows
 * the options of a command line can have it with their names.
 */
public final class InvalidValue extends UserException {
  private static final long serialVersionUID = 1L;
  private static final Pattern OTHER_KEY = Pattern.compile("\\{([^{}]+)}");

  private final String key;
  private final String rest;

  /**
   * A refusal.
   *
   * @param key of the value, relative to the record that refuses it
   * @param rest of the sentence, after the key; further keys stand in braces; it may begin with a
   *     colon
   */
  public InvalidValue(String key, String rest) {
    super(behind(key, named(rest, UnaryOperator.identity())));
    this.key = key;
    this.rest = rest;
  }

  public String key() {
    return key;
  }

  /** The same of a record that holds this one; {@code prefix} ends with a dot or is empty. */
  public InvalidValue under(String prefix) {
    return new InvalidValue(prefix + key, named(rest, other -> "{" + prefix + other + "}"));
  }

  /** The sentence with every key as {@code names} calls it. */
  public String sentence(UnaryOperator<String> names) {
    return behind(names.apply(key), named(rest, names));
  }

  private static String behind(String name, String rest) {
    return name + (rest.startsWith(":") ? "" : " ") + rest;
  }

  private static String named(String text, UnaryOperator<String> names) {
    return OTHER_KEY.matcher(text).replaceAll(match -> escaped(names.apply(match.group(1))));
  }

  private static String escaped(String name) {
    return Matcher.quoteReplacement(name);
  }
}
