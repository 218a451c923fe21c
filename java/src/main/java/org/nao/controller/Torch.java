package org.nao.controller;

import static org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.nao.run.RunException;

/**
 * Loads libtorch; to be called before any of its classes is touched. Safe to call again.
 *
 * <p>All libraries are extracted to JavaCPP's cache folder before the first of them is opened:
 * otherwise the dynamic linker may complete a half-extracted libtorch with the system's own,
 * another version, and the process dies.
 *
 * <p>OpenBLAS, which libtorch multiplies matrices with, is limited to one thread for the whole
 * process: its waiting threads would take the cores that the controller's own threads need.
 */
public final class Torch {

  private static final String CACHE_OPTION = "-Dorg.bytedeco.javacpp.cachedir=DIR";
  private static final int EXTRACTED_MEGABYTES = 470;

  private Torch() {}

  /**
   * Extracts and loads libtorch.
   *
   * @throws IllegalStateException if libtorch is missing; naming the cache folder, and its free
   *     space, when libtorch cannot be extracted there
   */
  public static void load() {
    final File cache;
    try {
      cache = Loader.getCacheDir();
    } catch (IOException e) {
      throw new RunException(
          "no folder can be written to extract libtorch to: name one with about "
              + EXTRACTED_MEGABYTES
              + " MB free with "
              + CACHE_OPTION,
          e);
    }
    final String platform = Loader.getPlatform();
    if (torch.class.getResource("/org/bytedeco/pytorch/" + platform + "/libtorch_cpu.so") == null) {
      throw new RunException(
          "libtorch, which the controller of a search needs, is missing from this installation of"
              + " nao; the second archive of its bundle holds it");
    }
    try {
      for (final String library : List.of("openblas", "pytorch")) {
        Loader.cacheResources(torch.class, "/org/bytedeco/" + library + "/" + platform + "/");
      }
    } catch (IOException e) {
      throw new RunException(
          ("libtorch cannot be extracted to %s: %s (%d MB free, about %d MB needed);"
                  + " name another folder with %s")
              .formatted(
                  cache,
                  e.getMessage(),
                  cache.getUsableSpace() >> 20,
                  EXTRACTED_MEGABYTES,
                  CACHE_OPTION),
          e);
    }
    try {
      Loader.load(torch.class);
      blas_set_num_threads(1);
    } catch (LinkageError e) {
      throw new RunException(
          "libtorch for %s cannot be loaded from %s: %s".formatted(platform, cache, e.getMessage()),
          e);
    }
  }

  /**
   * Keeps libtorch from splitting operations called on the current thread. The controller splits
   * batches itself, so that the number of threads does not change results.
   */
  static void useOneThread() {
    torch.set_num_threads(1);
  }
}
