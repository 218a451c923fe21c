/**
 * JMH measurements of what a search spends its time on, and the guard that compares them with a
 * libtorch baseline of the same run. Each benchmark checks its own result once before it measures.
 */
package org.nao.benchmarks;
