package org.nao.study.ranking;

/** What a ranking study compares, one thing at a time. */
public enum Factor {
  /** Epochs of one-shot training (paper, table 2). */
  EPOCHS("Epochs of one-shot training", "table 2"),
  /** Architectures of any or of nearly the same size (paper, table 3). */
  SIZES("Sizes of the architectures", "table 3"),
  /** A learning rate that falls within the training or within a longer one (paper, table 4). */
  SCHEDULE("Learning rate schedule", "table 4"),
  /** Architecture of a step: any, or in proportion to the size (paper, equation 1). */
  SAMPLING("Sampling of the architectures", ""),
  /** Architectures of a step: one, several, those of a fair step or of a sandwich. */
  STEPS("Architectures of a training step", ""),
  /** One supernet to the end, or one for each operation of an operand (Zhao et al. 2021). */
  SPLIT("Supernet split at an operand", ""),
  /** Weights drawn anew, or those of earlier rounds trained on. */
  WEIGHTS("Weights at the beginning", ""),
  /** Statistics of batch normalisation in the evaluation. */
  BN("Batch normalisation in the evaluation", ""),
  /** Images of the evaluation. */
  EVALUATION("Images of the evaluation", "");

  private final String title;
  private final String paperTable;

  Factor(String title, String paperTable) {
    this.title = title;
    this.paperTable = paperTable;
  }

  String title() {
    return title;
  }

  /** The paper's table of it; empty if there is none. */
  String paperTable() {
    return paperTable;
  }
}
