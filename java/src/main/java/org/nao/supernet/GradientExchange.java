package org.nao.supernet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nao.engine.Device;
import org.nao.engine.DeviceExchange;
import org.nao.engine.EngineException;
import org.nao.engine.Status;
import org.nao.engine.VendorLibrary;
import org.nao.ranks.RankException;
import org.nao.ranks.Ranks;
import org.nao.run.Json;

/**
 * How ranks exchange what the programs of a step give to it: through the host, which any device
 * can, or from GPU to GPU by NCCL. The bits are the same.
 */
public final class GradientExchange implements AutoCloseable {
  /** What the user wants. */
  public enum Choice {
    /** NCCL where every rank has it and a GPU of its own, else the host. */
    AUTO,
    HOST,
    NCCL
  }

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String LIBRARY = "NCCL";
  private static final int CONNECT_SECONDS = 30;
  private static final int LONGEST = 1 << 14;

  private final Ranks ranks;
  private final Optional<DeviceExchange> devices;
  private final String name;
  private final String reason;
  private boolean ended;

  private GradientExchange(
      Ranks ranks, Optional<DeviceExchange> devices, String name, String reason) {
    this.ranks = ranks;
    this.devices = devices;
    this.name = name;
    this.reason = reason;
  }

  /** Through the host, for ranks that need not agree. */
  public static GradientExchange host(Ranks ranks) {
    return new GradientExchange(ranks, Optional.empty(), "host", "");
  }

  /**
   * What a rank says of itself.
   *
   * @param choice of its user
   * @param machine where it runs; the same for all of a machine
   * @param busId of its GPU; empty: it has none
   * @param version of its NCCL; empty: it has none
   * @param problem why it has none
   */
  record Offer(Choice choice, String machine, String busId, String version, String problem) {
    static Offer of(Device device, Choice choice) {
      final VendorLibrary library =
          VendorLibrary.find().stream()
              .filter(each -> each.name().equals(LIBRARY))
              .findFirst()
              .orElseThrow();
      return new Offer(
          choice,
          thisMachine(),
          device.busId(),
          library.problem().isEmpty() ? library.version() : "",
          library.problem());
    }

    private static String thisMachine() {
      try {
        return Files.readString(BOOT).strip();
      } catch (IOException e) {
        return "";
      }
    }
  }

  /**
   * Agrees with the other ranks; all call this at the same time.
   *
   * @throws RankException in all ranks, where NCCL is wanted and cannot be used
   */
  public static GradientExchange agree(Ranks ranks, Device device, Choice choice) {
    if (ranks.size() == 1) {
      return host(ranks);
    }
    final Offer own = Offer.of(device, choice);
    final List<byte[]> gathered =
        ranks.gather(Json.line(own).getBytes(StandardCharsets.UTF_8), LONGEST);
    String reason = "";
    byte[] id = new byte[0];
    if (ranks.rank() == 0) {
      final List<Offer> offers = gathered.stream().map(GradientExchange::offer).toList();
      refuse(ranks, choices(offers));
      if (choice != Choice.HOST) {
        final Optional<String> obstacle = obstacle(offers);
        id = obstacle.isEmpty() ? DeviceExchange.freshId() : id;
        reason = told(ranks, choice, obstacle, offers);
      }
    }
    id = ranks.broadcast(id, DeviceExchange.ID_BYTES);
    if (id.length == 0) {
      return new GradientExchange(ranks, Optional.empty(), "host", reason);
    }
    return connected(ranks, device, choice, id, own.version());
  }

  /** Why the host is used, as far as anybody wants to know. */
  private static String told(
      Ranks ranks, Choice choice, Optional<String> obstacle, List<Offer> offers) {
    if (choice == Choice.NCCL) {
      refuse(ranks, obstacle.map(why -> "NCCL cannot be used: " + why));
    }
    final boolean anyGpu = offers.stream().anyMatch(offer -> !offer.busId().isEmpty());
    return anyGpu ? obstacle.orElse("") : "";
  }

  private static void refuse(Ranks ranks, Optional<String> sentence) {
    if (sentence.isPresent()) {
      ranks.abort(sentence.get());
      throw new RankException(sentence.get());
    }
  }

  private static Offer offer(byte[] line) {
    final ObjectNode read = Json.parseObject(new String(line, StandardCharsets.UTF_8));
    return new Offer(
        Choice.valueOf(read.path("choice").asText().toUpperCase(Locale.ROOT)),
        read.path("machine").asText(),
        read.path("busId").asText(),
        read.path("version").asText(),
        read.path("problem").asText());
  }

  private static Optional<String> choices(List<Offer> offers) {
    for (int rank = 1; rank < offers.size(); rank++) {
      if (offers.get(rank).choice() != offers.get(0).choice()) {
        return Optional.of(
            "rank %d has --exchange %s, rank 0 has %s; all ranks need the same"
                .formatted(rank, word(offers.get(rank)), word(offers.get(0))));
      }
    }
    return Optional.empty();
  }

  private static String word(Offer offer) {
    return offer.choice().name().toLowerCase(Locale.ROOT);
  }

  /** Why these ranks cannot use NCCL together. */
  static Optional<String> obstacle(List<Offer> offers) {
    for (int rank = 0; rank < offers.size(); rank++) {
      final Offer offer = offers.get(rank);
      if (offer.busId().isEmpty()) {
        return Optional.of("rank %d has no GPU".formatted(rank));
      }
      if (offer.version().isEmpty()) {
        return Optional.of("rank %d has no NCCL (%s)".formatted(rank, offer.problem()));
      }
      if (!offer.version().equals(offers.get(0).version())) {
        return Optional.of(
            "rank %d has NCCL %s, rank 0 has %s"
                .formatted(rank, offer.version(), offers.get(0).version()));
      }
      for (int other = 0; other < rank; other++) {
        if (offers.get(other).busId().equals(offer.busId())
            && offers.get(other).machine().equals(offer.machine())) {
          return Optional.of(
              "ranks %d and %d have one GPU, %s".formatted(other, rank, offer.busId()));
        }
      }
    }
    return Optional.empty();
  }

  /** All connect, or none: one that cannot tells rank 0, which tells all. */
  private static GradientExchange connected(
      Ranks ranks, Device device, Choice choice, byte[] id, String version) {
    Optional<DeviceExchange> made = Optional.empty();
    String problem = "";
    try {
      final DeviceExchange exchange = new DeviceExchange(device);
      made = Optional.of(exchange);
      ranks.whenFailed(exchange::abort);
      exchange.connect(id, ranks.rank(), ranks.size(), CONNECT_SECONDS);
    } catch (EngineException e) {
      if (e.status() != Status.EXCHANGE) {
        throw e;
      }
      problem = ranks.failure().isPresent() ? "" : e.getMessage();
    }
    final List<byte[]> problems = ranks.gather(problem.getBytes(StandardCharsets.UTF_8), LONGEST);
    final Optional<String> first = first(problems);
    if (first.isPresent()) {
      made.ifPresent(DeviceExchange::abort);
    }
    if (choice == Choice.NCCL) {
      refuse(ranks, first.map(why -> "NCCL cannot be used: " + why));
    }
    final String why =
        new String(
            ranks.broadcast(first.orElse("").getBytes(StandardCharsets.UTF_8), LONGEST),
            StandardCharsets.UTF_8);
    if (why.isEmpty()) {
      return new GradientExchange(ranks, made, LIBRARY + " " + version, "");
    }
    made.ifPresent(DeviceExchange::abort);
    made.ifPresent(DeviceExchange::close);
    return new GradientExchange(ranks, Optional.empty(), "host", why);
  }

  private static Optional<String> first(List<byte[]> problems) {
    final List<String> sentences = new ArrayList<>();
    for (int rank = 0; rank < problems.size(); rank++) {
      if (problems.get(rank).length > 0) {
        sentences.add(
            "rank %d: %s".formatted(rank, new String(problems.get(rank), StandardCharsets.UTF_8)));
      }
    }
    return sentences.stream().findFirst();
  }

  /** "host", or NCCL with its version. */
  public String name() {
    return name;
  }

  /** For the user, where there was something to choose. */
  public Optional<String> sentence() {
    if (devices.isPresent()) {
      return Optional.of("ranks exchange gradients from GPU to GPU by " + name);
    }
    return reason.isEmpty()
        ? Optional.empty()
        : Optional.of("ranks exchange gradients through the host: " + reason);
  }

  /** What goes from GPU to GPU; empty: nothing does. */
  Optional<DeviceExchange> devices() {
    return devices;
  }

  /** The failure of a rank behind one of the exchange, if there is one: that one has a name. */
  RuntimeException explained(EngineException e) {
    if (e.status() != Status.EXCHANGE) {
      return e;
    }
    return ranks.awaitFailure().map(RuntimeException.class::cast).orElse(e);
  }

  /** All ranks have come to their end, and close their exchanges. */
  public void end() {
    ended = true;
  }

  @Override
  public void close() {
    if (!ended) {
      devices.ifPresent(DeviceExchange::abort);
    }
    devices.ifPresent(DeviceExchange::close);
  }
}
