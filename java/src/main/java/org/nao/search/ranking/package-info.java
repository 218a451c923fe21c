/** Orders architectures by all that is known of them, before and while a few are trained. */
package org.nao.search.ranking;
