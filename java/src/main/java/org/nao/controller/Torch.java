package org.nao.controller;

import static org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads;

import java.net.URL;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.nao.run.RunException;

/**
 * Loads libtorch; to be called before any of its classes is touched. Safe to call again.
 *
 * <p>OpenBLAS, which libtorch multiplies matrices with, is limited to one thread for the whole
 * process: its waiting threads would take the cores that the controller's own threads need.
 */
public final class Torch {
  private static final String LIBRARY = "/org/bytedeco/pytorch/linux-x86_64/libtorch_cpu.so";

  private Torch() {}

  /** Where libtorch lies, if this installation has it. */
  public static Optional<URL> find() {
    return Optional.ofNullable(torch.class.getResource(LIBRARY));
  }

  /**
   * Loads libtorch.
   *
   * @throws RunException if it is missing, or cannot be loaded from where it lies
   */
  public static void load() {
    final URL library =
        find()
            .orElseThrow(
                () ->
                    new RunException(
                        "libtorch is missing from this installation of nao; nao bench controller"
                            + " fetches it in a checkout, and the second archive of a bundle holds"
                            + " it"));
    try {
      Loader.load(torch.class);
      blas_set_num_threads(1);
      // It says on processors that it does not know, at each convolution, that it cannot be used.
      torch.globalContext().setUserEnabledNNPACK(false);
    } catch (LinkageError e) {
      throw new RunException(
          "libtorch cannot be loaded from %s: %s".formatted(library, reason(e)), e);
    }
  }

  /** What the dynamic linker said first; later failures follow from it. */
  private static String reason(LinkageError error) {
    Throwable first = error;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.getMessage();
  }

  /**
   * Keeps libtorch from splitting operations called on the current thread. The controller splits
   * batches itself, so that the number of threads does not change results.
   */
  static void useOneThread() {
    torch.set_num_threads(1);
  }
}
