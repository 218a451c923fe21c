package org.nao.space;

/** What an operation does; the window size is the {@link Operation}'s. */
public enum OperationKind {
  /** Twice [ReLU, depthwise convolution, 1x1 convolution, batch normalisation]. */
  SEP_CONV,
  /** Average over the cells of the window that lie inside the image. */
  AVG_POOL,
  /** Maximum over the window. */
  MAX_POOL,
  /** The input itself; with stride 2 a factorized reduce. */
  IDENTITY,
  /** No connection: the value 0. */
  NONE,
  /** The input itself; with stride 2 [ReLU, factorized reduce]. */
  SKIP_CONNECT,
  /** [ReLU, depthwise convolution of dilation 2, 1x1 convolution, batch normalisation]. */
  DIL_CONV,
  /** The value 0, with stride 2 of half the size; unlike {@link #NONE} one that a node may have. */
  ZERO,
  /** Computes what {@link #DIL_CONV} does, under the name that NAO's middle space gives it. */
  DIL_SEP_CONV
}
