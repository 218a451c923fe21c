/**
 * What a run will cost before it begins: {@link org.nao.estimate.Estimation} collects measured
 * pieces of work, {@link org.nao.estimate.Cost} is what they add up to. Each kind of run measures
 * its own pieces with its own classes, in a {@link org.nao.estimate.TrialFolder}.
 */
package org.nao.estimate;
