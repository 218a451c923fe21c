package org.nao.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.List;
import org.nao.binding.global.Nao;

/**
 * A library of NVIDIA that the engine uses where it is there.
 *
 * @param file that was loaded; empty: none
 * @param version of it
 * @param problem why none was loaded; empty: all is well
 * @param variable of the environment that may name the file
 */
public record VendorLibrary(
    String name, String file, String version, String problem, String variable) {
  private static final ObjectReader LIST = new ObjectMapper().readerForListOf(VendorLibrary.class);

  /**
   * Looks for all of them.
   *
   * @throws EngineException if the engine itself cannot be loaded
   */
  public static List<VendorLibrary> find() {
    NativeLibrary.load();
    try {
      return LIST.readValue(NativeLibrary.text(Nao.nao_libraries()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The engine's list of libraries is no JSON array.", e);
    }
  }
}
