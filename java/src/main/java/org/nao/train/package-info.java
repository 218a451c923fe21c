/** {@code nao train}: one architecture trained alone, as long and as well as it is worth. */
package org.nao.train;
