package org.nao.study.ranking;

import org.nao.training.Seeds;

/** What a seed of a ranking study is for. New ones go to the end: results depend on the order. */
enum Purpose {
  ARCHITECTURES,
  SPLIT,
  STANDALONE,
  ONE_SHOT,
  BOOTSTRAP,
  UNTRAINED,
  COMBINED;

  /** The seed of that number, of a study's own. */
  long seed(long study, long index) {
    return Seeds.derive(study, ordinal(), index);
  }
}
