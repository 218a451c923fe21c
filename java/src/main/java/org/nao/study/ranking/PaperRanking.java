package org.nao.study.ranking;

import java.util.List;

/** The numbers of the paper's tables 2 to 4: 50 architectures on CIFAR-10, one seed. */
final class PaperRanking {
  private PaperRanking() {}

  /** A row. {@code condition}: what the table compares, in its words. */
  record Row(String condition, double pairwiseAccuracy, double spearmansRho) {}

  /** The paper's rows for a factor; none if it has no such table. */
  static List<Row> rows(Factor factor) {
    return switch (factor) {
      case EPOCHS ->
          List.of(
              new Row("5 epochs", 0.435918, -0.195060),
              new Row("10 epochs", 0.440024, -0.185894),
              new Row("20 epochs", 0.444898, -0.180936),
              new Row("30 epochs", 0.573061, 0.185634),
              new Row("50 epochs", 0.600000, 0.288480));
      case SIZES ->
          List.of(
              new Row("diverse, 5 epochs", 0.435918, -0.195060),
              new Row("similar, 5 epochs", 0.502040, 0.103343));
      case SCHEDULE ->
          List.of(
              new Row("dependent, 5 epochs", 0.435918, -0.195060),
              new Row("independent, 5 epochs", 0.458876, -0.122690),
              new Row("dependent, 30 epochs", 0.573061, 0.185634),
              new Row("independent, 30 epochs", 0.595918, 0.271773),
              new Row("dependent, 50 epochs", 0.562449, 0.167600),
              new Row("independent, 50 epochs", 0.600000, 0.288480));
      case SAMPLING, STEPS, SPLIT, WEIGHTS, BN, EVALUATION -> List.of();
    };
  }
}
