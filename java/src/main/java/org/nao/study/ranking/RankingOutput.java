package org.nao.study.ranking;

import java.nio.file.Path;

/** What a ranking study tells, whatever its architectures' own accuracies come from. */
public interface RankingOutput {

  /** Writes all files into {@code folder}. */
  void write(Path folder);

  /** The tables for people. */
  String markdown();

  /** What {@code --json} prints. */
  Record summary();
}
