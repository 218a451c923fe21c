package org.nao.space;

/** What an operation computes; its window and its name are the {@link Operation}'s. */
public enum OperationKind {
  /** Twice [ReLU, depthwise convolution, 1x1 convolution, batch normalisation]. */
  SEP_CONV,
  /** [ReLU, depthwise convolution of dilation 2, 1x1 convolution, batch normalisation]. */
  DIL_CONV,
  /** [ReLU, dense convolution, batch normalisation]. */
  CONV,
  /** [ReLU, convolution of 1 x k pixels, convolution of k x 1 pixels, batch normalisation]. */
  ASYMMETRIC_CONV,
  /** Average over the cells of the window that lie inside the image. */
  AVG_POOL,
  /** Maximum over the window. */
  MAX_POOL,
  /** The input itself; with stride 2 a factorized reduce. */
  IDENTITY,
  /** No connection: the value 0, with stride 2 of half the input's size. */
  ZERO
}
