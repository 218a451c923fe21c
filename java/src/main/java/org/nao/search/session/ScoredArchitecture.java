package org.nao.search.session;

import org.nao.space.Architecture;

/**
 * An architecture and its one-shot accuracy.
 *
 * @param accuracy a fraction
 */
public record ScoredArchitecture(Architecture architecture, double accuracy) {}
