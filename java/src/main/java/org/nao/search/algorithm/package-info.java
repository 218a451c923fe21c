/**
 * The algorithms of a search, each a {@link org.nao.search.session.SearchStrategy}; {@link
 * org.nao.search.algorithm.Strategies} makes them.
 */
package org.nao.search.algorithm;
