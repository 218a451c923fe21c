/**
 * How the architectures of a search get their scores: with the shared weights of a supernet ({@link
 * org.nao.search.scoring.OneShot}) or by a training of their own.
 */
package org.nao.search.scoring;
