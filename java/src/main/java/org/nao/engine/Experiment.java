package org.nao.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.nao.binding.global.Nao;

/**
 * One of the numbers that the design of unit operations on GPUs rests on.
 *
 * @param name what it is of
 * @param unit of the three numbers
 * @param low the least that was predicted
 * @param high the most that was predicted
 * @param measured what it is
 */
public record Experiment(String name, String unit, double low, double high, double measured) {
  private static final ObjectReader READER = new ObjectMapper().readerFor(Experiment.class);

  /**
   * Measures number {@code index} on a GPU; nothing past the last.
   *
   * @throws EngineException with {@link Status#NO_DEVICE} if there is no such GPU, otherwise if
   *     this one number cannot be measured
   */
  public static Optional<Experiment> measure(int gpu, int index) {
    NativeLibrary.load();
    try (BytePointer json = new BytePointer()) {
      NativeLibrary.check(Nao.nao_gpu_experiment(gpu, index, json));
      final String text = NativeLibrary.text(json);
      return text.isEmpty() ? Optional.empty() : Optional.of(READER.readValue(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The engine's experiment is no JSON object.", e);
    }
  }
}
