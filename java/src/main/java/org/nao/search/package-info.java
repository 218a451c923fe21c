/**
 * Searches. A {@link org.nao.search.Search} runs an algorithm in a run folder: its {@link
 * org.nao.search.SearchStrategy} makes a pool of scored architectures of the steps that all share
 * (one-shot training and evaluation, stand-alone scores, the controller's proposals), then the best
 * architectures are trained alone. {@link org.nao.search.SearchConfig} says how large and how long.
 */
package org.nao.search;
