/**
 * One-shot training: a {@link org.nao.supernet.Supernet} holds the weights that all architectures
 * share, {@link org.nao.supernet.SupernetTraining} trains them for one round, an architecture per
 * step, {@link org.nao.supernet.PoolEvaluation} scores architectures with them.
 */
package org.nao.supernet;
