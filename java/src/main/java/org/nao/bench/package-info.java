/**
 * Measurements that a user starts: {@link org.nao.bench.StepBenchmark} training steps, {@link
 * org.nao.bench.KernelBenchmark} the kernels in them; {@link org.nao.bench.Comparison} sets two of
 * them beside each other. {@link org.nao.bench.SearchCost} estimates the paper's search without its
 * images, {@link org.nao.bench.DeviceAgreement} tells whether two devices compute the same.
 */
package org.nao.bench;
