package org.nao.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nao.binding.global.Nao;

/**
 * What an NVIDIA GPU is doing, as its driver says. Without a driver there is none, which is no
 * error.
 *
 * @param name as the driver calls it
 * @param busId its PCI address
 * @param utilisationPercent share of the last moments in which a kernel ran
 * @param memoryUsedBytes by all processes
 * @param memoryTotalBytes of the GPU
 * @param watts drawn; 0 where the driver does not say
 * @param smMegahertz clock of the multiprocessors; 0 where the driver does not say
 * @param memoryMegahertz clock of the memory; 0 where the driver does not say
 */
public record GpuState(
    String name,
    String busId,
    int utilisationPercent,
    long memoryUsedBytes,
    long memoryTotalBytes,
    double watts,
    int smMegahertz,
    int memoryMegahertz) {
  private static final ObjectReader LIST = new ObjectMapper().readerForListOf(GpuState.class);

  /** The states of all GPUs of this machine. */
  public static List<GpuState> all() {
    return read("");
  }

  /** The state of the GPU that {@code device} is; empty for a CPU. */
  public static Optional<GpuState> of(Device device) {
    final String busId = device.busId();
    return busId.isEmpty() ? Optional.empty() : read(busId).stream().findFirst();
  }

  /** A few words for a progress line. */
  public String brief() {
    return String.format(Locale.ROOT, "GPU %d%% %.0f W", utilisationPercent, watts);
  }

  private static List<GpuState> read(String busId) {
    NativeLibrary.load();
    try {
      return LIST.readValue(Nao.nao_gpu_states(busId));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The engine's GPU states are no JSON array.", e);
    }
  }
}
