/**
 * Repeats the paper's studies at any scale. A study is a set of trainings, each kept in a folder of
 * its own under a name made of all that its result depends on, so that a stopped study goes on,
 * several processes share the work and later studies find what earlier ones trained.
 *
 * <p>{@code ranking} and {@code winners} hold the studies, {@code jobs} what they train, {@code
 * statistics} what they compute of the results.
 */
package org.nao.study;
