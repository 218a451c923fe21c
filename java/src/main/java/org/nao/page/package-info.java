/** Runs as pages that a browser shows without network, and as texts for a terminal. */
package org.nao.page;
