package org.nao.study.jobs;

/** What names the results of this program; those of another version are other results. */
public final class StudyFormat {
  /** To be raised with every change that changes the numbers of a training or an evaluation. */
  public static final int VERSION = 1;

  private StudyFormat() {}
}
