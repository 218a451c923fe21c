package org.nao.cli;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers as people write them: whole ones also as {@code 1e6} or {@code 1_000_000}. Messages begin
 * behind the option's name.
 */
final class Numbers {
  private static final Pattern FORM =
      Pattern.compile("[+-]?(\\d+(_\\d+)*)?(\\.\\d+)?([eE][+-]?\\d{1,3})?");

  private Numbers() {}

  /** Makes a command line and all commands below it read numbers so. */
  static CommandLine read(CommandLine command) {
    return command
        .registerConverter(
            int.class, text -> (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .registerConverter(
            Integer.class, text -> (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .registerConverter(long.class, text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE))
        .registerConverter(Long.class, text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE))
        .registerConverter(float.class, text -> number(text, "a number").floatValue())
        .registerConverter(Float.class, text -> number(text, "a number").floatValue())
        .registerConverter(double.class, text -> number(text, "a number").doubleValue())
        .registerConverter(Double.class, text -> number(text, "a number").doubleValue());
  }

  private static long whole(String text, long least, long most) {
    final BigDecimal number = number(text, "a whole number");
    if (number.stripTrailingZeros().scale() > 0) {
      throw new TypeConversionException("is %s, expected a whole number".formatted(text));
    }
    if (number.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new TypeConversionException("is %s, allowed are at most %,d".formatted(text, most));
    }
    if (number.compareTo(BigDecimal.valueOf(least)) < 0) {
      throw new TypeConversionException("is %s, allowed are at least %,d".formatted(text, least));
    }
    return number.longValueExact();
  }

  private static BigDecimal number(String text, String what) {
    if (!FORM.matcher(text).matches()
        || text.chars().noneMatch(each -> each >= '0' && each <= '9')) {
      throw new TypeConversionException("is '%s', expected %s".formatted(text, what));
    }
    try {
      return new BigDecimal(text.replace("_", ""));
    } catch (NumberFormatException e) { // an exponent without digits before it
      throw new TypeConversionException("is '%s', expected %s".formatted(text, what));
    }
  }
}
