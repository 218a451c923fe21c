package org.nao.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.global.torch;
import org.nao.controller.Torch;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.engine.Status;

/** All kinds of CPU device that this machine has, and libtorch, ready to be compared. */
final class Devices implements AutoCloseable {

  static final List<String> NAMES = List.of("cpu:ref", "cpu:avx2", "cpu:avx512");

  private static final int DRAWS = 8;
  private static final int NUDGES = 16;

  private final Map<String, Device> open = new LinkedHashMap<>();

  /** {@code threads}: of each device. */
  Devices(int threads) {
    Torch.load();
    torch.set_num_threads(1); // its tensors are small, and cores are shared with other tests
    for (final String name : NAMES) {
      try {
        open.put(name, Device.open(name, threads));
      } catch (EngineException e) {
        if (e.status() != Status.NO_DEVICE) {
          throw e;
        }
      }
    }
  }

  boolean has(String name) {
    return open.containsKey(name);
  }

  /**
   * Runs a scenario in libtorch and on every device, failing the test at the first difference.
   *
   * <p>Where an activation lies within rounding of a ReLU's kink or of another in a max-pool's
   * window, gradients jump for any float32 implementation, and for libtorch's float64 when the
   * weights move by a rounding. Such a scenario says nothing and is drawn again from the next seed.
   *
   * @param draw makes a scenario of a seed
   */
  void compare(LongFunction<Scenario> draw, long firstSeed, Agreement agreement) {
    for (int i = 0; i < DRAWS; i++) {
      final Run expected = torchRun(draw.apply(firstSeed + i));
      final Optional<Difference> difference = difference(expected, agreement);
      if (difference.isEmpty()) {
        return;
      }
      final String message = "%s, %s".formatted(expected.scenario(), difference.get().text());
      assertThat(jumps(expected, difference.get(), agreement)).as(message).isTrue();
      assertThat(i + 1).as("all %d draws jump; the last: %s", DRAWS, message).isLessThan(DRAWS);
    }
  }

  private Optional<Difference> difference(Run expected, Agreement agreement) {
    for (final Map.Entry<String, Device> device : open.entrySet()) {
      try (Subject engine = new EngineSubject(device.getValue(), expected.scenario())) {
        final Optional<Difference> difference =
            agreement.difference(expected, Run.of(expected.scenario(), engine));
        if (difference.isPresent()) {
          return difference.map(found -> found.on(device.getKey()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether libtorch disagrees with itself, there or before, when weights move by a rounding. */
  private static boolean jumps(Run expected, Difference difference, Agreement agreement) {
    return LongStream.range(0, NUDGES)
        .mapToObj(seed -> torchRun(expected.scenario().nudged(seed)))
        .flatMap(nudged -> agreement.difference(expected, nudged).stream())
        .anyMatch(ofNudged -> ofNudged.explains(difference));
  }

  private static Run torchRun(Scenario scenario) {
    try (Subject subject = new TorchSubject(scenario)) {
      return Run.of(scenario, subject);
    }
  }

  @Override
  public void close() {
    open.values().forEach(Device::close);
  }
}
