/**
 * The networks of NAS-Bench-201 (Dong and Yang 2020), made of the blocks of {@link
 * org.nao.network}: one cell throughout, whose operations are on edges, in three stages with
 * residual blocks between them. Nothing of {@code org.nao.network} itself knows this package.
 */
package org.nao.network.edges;
