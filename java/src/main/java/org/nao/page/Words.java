package org.nao.page;

import java.util.Locale;

/** Numbers as pages write them. */
final class Words {
  private static final int SECONDS_OF_MINUTE = 60;
  private static final int MINUTES_OF_HOUR = 60;
  private static final int DISTINCT_DIGITS = 12;

  private Words() {}

  /** A fraction as percent with two places. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** As "43 s", "4 min 7 s" or "5 h 3 min". */
  static String duration(double seconds) {
    final long whole = Math.round(seconds);
    if (whole < SECONDS_OF_MINUTE) {
      return whole + " s";
    }
    final long minutes = whole / SECONDS_OF_MINUTE;
    return minutes < MINUTES_OF_HOUR
        ? "%d min %d s".formatted(minutes, whole % SECONDS_OF_MINUTE)
        : "%s h %d min".formatted(count(minutes / MINUTES_OF_HOUR), minutes % MINUTES_OF_HOUR);
  }

  static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** A data set's name, or that of the folder in which it is. */
  static String data(String place) {
    return place.substring(place.lastIndexOf('/', place.length() - 2) + 1);
  }

  /** The beginning of a checksum, enough to tell data sets apart. */
  static String brief(String sha256) {
    return sha256.substring(0, Math.min(DISTINCT_DIGITS, sha256.length()));
  }
}
