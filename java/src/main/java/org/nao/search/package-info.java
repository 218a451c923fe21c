/**
 * The NAO-V2 search (Luo et al., 2019): {@link org.nao.search.NaoSearch} alternates one-shot
 * training of a pool, its evaluation and the controller's proposals, then trains the best
 * architectures alone. {@link org.nao.search.SearchConfig} says how large and how long.
 */
package org.nao.search;
