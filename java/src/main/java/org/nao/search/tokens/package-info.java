/**
 * Searches that see architectures as token sequences only, so that they work on every space and
 * with every way to score a candidate.
 *
 * <p>A {@link org.nao.search.tokens.TokenSpace} says which sequences there are, a {@link
 * org.nao.search.tokens.TokenStrategy} proposes some, an {@link org.nao.search.tokens.Objective}
 * scores them and the strategy is told. Nothing here needs the engine.
 */
package org.nao.search.tokens;
