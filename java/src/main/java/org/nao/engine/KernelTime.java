package org.nao.engine;

/**
 * What profiled calls of one kernel with one shape took.
 *
 * @param kernel its family, for example {@code sep_conv_backward}
 * @param shape channels, size of the output, window and stride, for example {@code 20>20 32x32 k3
 *     s1}; empty where calls of all sizes count together
 * @param calls how many
 * @param firstCall position of the first of them among all calls since profiling was switched on
 * @param seconds of all calls, summed over threads
 * @param bytes the fewest the calls can move: every input read once, every output written once
 * @param operations two for each multiply-add of a convolution or linear layer
 * @param library that was tried for such calls; null: none
 * @param librarySeconds of a call by the library when it was tried; 0: it cannot compute it, or not
 *     the same
 * @param libraryChosen whether steps use it
 */
public record KernelTime(
    String kernel,
    String shape,
    long calls,
    long firstCall,
    double seconds,
    double bytes,
    double operations,
    String library,
    double librarySeconds,
    boolean libraryChosen) {}
