package org.nao.study.winners;

import java.util.List;

/** The rows of the paper's tables 1 and 5: test error in percent on CIFAR-10, with cutout. */
final class PaperWinners {
  /** Table 5, of which the first three rows repeat table 1. */
  static final List<Row> ROWS =
      List.of(
          new Row("ENAS", List.of(3.09, 3.00, 2.97, 2.79, 3.07), 2.98),
          new Row("DARTS", List.of(3.00, 2.82, 3.02, 2.96, 3.00), 2.96),
          new Row("NAO-WS", List.of(2.90, 2.96, 3.05, 3.20, 3.16), 3.05),
          new Row("NAO-V2", List.of(2.60, 2.63, 2.65, 2.71, 2.77), 2.67),
          new Row("NAO-V2 - more average updates", List.of(2.84, 2.77, 2.81, 2.98, 2.92), 2.86),
          new Row("NAO-V2 - independent training", List.of(2.98, 2.90, 2.66, 2.86, 3.07), 2.89),
          new Row("NAO-V2 - proportional sampling", List.of(2.77, 2.84, 2.96, 2.84, 2.85), 2.85));

  private PaperWinners() {}

  /** A row; {@code mean} as printed. */
  record Row(String search, List<Double> errors, double mean) {}
}
