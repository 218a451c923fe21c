package org.nao.study;

/** What names the results of this program; those of another version are other results. */
final class StudyFormat {
  /** To be raised with every change that changes the numbers of a training or an evaluation. */
  static final int VERSION = 1;

  private StudyFormat() {}
}
