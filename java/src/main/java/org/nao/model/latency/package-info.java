/**
 * How long networks take for an image: {@link org.nao.model.latency.LatencyTable} adds up measured
 * operations, {@link org.nao.model.latency.LatencyMeter} measures these and whole networks.
 */
package org.nao.model.latency;
