/**
 * From a space to its networks: the one place that knows all families of networks, above {@link
 * org.nao.network} and {@link org.nao.network.darts}.
 */
package org.nao.network.family;
