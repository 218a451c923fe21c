/**
 * The networks of DARTS (Liu et al. 2019), made of the blocks of {@link org.nao.network}.
 *
 * <p>{@link org.nao.network.darts.DartsSearchNetwork} is the mixed network of the search, {@link
 * org.nao.network.darts.DartsNetworks} are the stand-alone networks of genotypes. Nothing of {@code
 * org.nao.network} itself knows this package.
 */
package org.nao.network.darts;
