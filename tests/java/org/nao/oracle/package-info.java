/**
 * Compares the engine with libtorch, number by number and in one process.
 *
 * <p>A {@link org.nao.oracle.Scenario} is a program with weights, images and a way of training. Two
 * {@link org.nao.oracle.Subject}s go through it: the engine in float32 and {@link
 * org.nao.oracle.TorchInterpreter}, which reads the program op by op, with libtorch's automatic
 * differentiation in float64. {@link org.nao.oracle.Agreement} compares what they leave.
 */
package org.nao.oracle;
