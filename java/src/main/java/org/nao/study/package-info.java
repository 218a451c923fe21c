/**
 * Repeats the paper's studies at any scale. A study is a set of trainings, each kept in a folder of
 * its own under a name made of all that its result depends on, so that a stopped study goes on,
 * several processes share the work and later studies find what earlier ones trained.
 *
 * <p>{@link org.nao.study.RankCorrelation} and {@link org.nao.study.Bootstrap} hold the statistics.
 */
package org.nao.study;
