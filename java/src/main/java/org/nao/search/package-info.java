/**
 * Searches. A {@link org.nao.search.Search} runs an algorithm in a run folder: its strategy makes a
 * pool of scored architectures, then the best of them are trained alone.
 *
 * <ul>
 *   <li>{@code config}: what a search is, as data, and the presets
 *   <li>{@code session}: what every algorithm works on: run folder, data, state, pool, constraints
 *   <li>{@code scoring}: how architectures get their scores, from a supernet or by trainings of
 *       their own
 *   <li>{@code algorithm}: one strategy per kind of algorithm and the factory that knows them all
 *   <li>{@code tokens}: searches over token sequences that know neither networks nor data
 *   <li>{@code table}: searches in a table of precomputed accuracies
 * </ul>
 *
 * Imports point from the search to its algorithms, their scoring, the session, the configuration
 * and the tokens, never back.
 */
package org.nao.search;
