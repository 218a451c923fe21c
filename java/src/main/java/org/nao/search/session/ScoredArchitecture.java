package org.nao.search.session;

import org.nao.space.Architecture;

/**
 * An architecture and its score.
 *
 * @param accuracy a fraction, but of an untrained network
 */
public record ScoredArchitecture(Architecture architecture, double accuracy) {}
