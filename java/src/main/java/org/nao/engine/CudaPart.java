package org.nao.engine;

import org.nao.binding.global.Nao;

/**
 * The engine's CUDA part, a library of its own that is loaded when it is first asked for.
 *
 * @param architectures that its machine code was made for, as CMake names them, for example {@code
 *     80-real 90-real 100}; empty: there is none
 * @param problem why there is none; empty: there is one
 */
public record CudaPart(String architectures, String problem) {

  /**
   * Loads it.
   *
   * @throws EngineException if the engine itself cannot be loaded
   */
  public static CudaPart find() {
    NativeLibrary.load();
    final String architectures = NativeLibrary.text(Nao.nao_cuda_architectures());
    return new CudaPart(architectures, architectures.isEmpty() ? NativeLibrary.lastError() : "");
  }
}
