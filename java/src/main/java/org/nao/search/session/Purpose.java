package org.nao.search.session;

/** What a derived seed is for. Its place in the list is part of the seed: append only. */
public enum Purpose {
  POOL,
  SPLIT,
  WEIGHTS,
  TRAINING,
  CONTROLLER_WEIGHTS,
  CONTROLLER_TRAINING,
  RERANKING,
  EVALUATION,
  SCORING,
  PROPOSALS,
  POLICY,
  LATENCY
}
