/**
 * Several processes that do one piece of work, and how they talk: {@link org.nao.ranks.Ranks} are
 * connected through a {@link org.nao.ranks.Rendezvous} in the run folder, each as a {@link
 * org.nao.ranks.Peer} of rank 0. They exchange bytes and know nothing of what these mean.
 */
package org.nao.ranks;
