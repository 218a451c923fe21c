/**
 * How the architectures of a search get their scores: with the shared weights of a supernet ({@link
 * org.nao.search.scoring.OneShot}), by a training of their own or without training.
 */
package org.nao.search.scoring;
