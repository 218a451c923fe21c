package org.nao.page;

import java.util.Map;
import org.nao.report.Html;

/** What a page says of one run. */
interface Part {
  Run run();

  /** The run's configuration. */
  Record config();

  /** What kind of run it is. */
  String title();

  /** The command that began it. */
  String command();

  /** What it was about. */
  String sentence();

  /** The few numbers that matter, by their names. */
  Map<String, String> results();

  /** How it was done, by names. */
  Map<String, String> facts();

  /** The seconds of its phases. */
  Map<String, Double> times();

  /** Charts and tables. */
  void body(Html page);
}
