package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nao.engine.Device;
import org.nao.ranks.RankException;
import org.nao.ranks.Ranks;
import org.nao.ranks.Rendezvous;
import org.nao.run.StopRequest;
import org.nao.supernet.GradientExchange.Choice;
import org.nao.supernet.GradientExchange.Offer;

/** How ranks agree on what gradients go through. */
@Timeout(60)
class GradientExchangeTest {
  private static final String GPU = "00000000:81:00.0";
  private static final String OTHER_GPU = "00000000:82:00.0";

  @TempDir private Path folder;

  private static Offer offer(String machine, String busId, String version) {
    return new Offer(
        Choice.AUTO, machine, busId, version, version.isEmpty() ? "libnccl.so.2 is missing" : "");
  }

  private static Optional<String> obstacle(Offer... offers) {
    return GradientExchange.obstacle(List.of(offers));
  }

  @Test
  void gpusOfTheirOwnCanUseNccl() {
    assertThat(obstacle(offer("a", GPU, "2.27.3"), offer("a", OTHER_GPU, "2.27.3"))).isEmpty();
    assertThat(obstacle(offer("a", GPU, "2.27.3"), offer("b", GPU, "2.27.3"))).isEmpty();
  }

  @Test
  void whatKeepsRanksFromNcclIsNamed() {
    final Offer first = offer("a", GPU, "2.27.3");
    assertThat(obstacle(first, offer("a", "", "2.27.3"))).contains("rank 1 has no GPU");
    assertThat(obstacle(first, offer("b", GPU, "")))
        .contains("rank 1 has no NCCL (libnccl.so.2 is missing)");
    assertThat(obstacle(first, offer("b", GPU, "2.21.5")))
        .contains("rank 1 has NCCL 2.21.5, rank 0 has 2.27.3");
    assertThat(obstacle(first, offer("b", GPU, "2.27.3"), first))
        .contains("ranks 0 and 2 have one GPU, " + GPU);
  }

  /** What ranks 0 and 1 on a CPU agree on. */
  private List<String> agreed(Choice first, Choice second) throws Exception {
    final CompletableFuture<String> other =
        CompletableFuture.supplyAsync(
            () -> {
              try (Ranks ranks =
                  new Rendezvous(folder, 2, 2, 30, new StopRequest()).join(1, "another thread")) {
                return name(ranks, second);
              }
            });
    try (Ranks ranks =
        new Rendezvous(folder, 2, 2, 30, new StopRequest())
            .host(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional::empty)) {
      final String own = name(ranks, first);
      return List.of(own, other.get());
    } catch (RankException e) {
      assertThatThrownBy(other::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(RankException.class)
          .hasRootCauseMessage(e.getMessage());
      throw e;
    }
  }

  private static String name(Ranks ranks, Choice choice) {
    try (Device device = Device.open("cpu", 1);
        GradientExchange exchange = GradientExchange.agree(ranks, device, choice)) {
      assertThat(exchange.sentence()).isEmpty();
      return exchange.name();
    }
  }

  @Test
  void cpusExchangeThroughTheHost() throws Exception {
    assertThat(agreed(Choice.AUTO, Choice.AUTO)).containsExactly("host", "host");
    assertThat(agreed(Choice.HOST, Choice.HOST)).containsExactly("host", "host");
  }

  @Test
  void ncclOnCpusIsRefusedInAllRanks() {
    assertThatThrownBy(() -> agreed(Choice.NCCL, Choice.NCCL))
        .isInstanceOf(RankException.class)
        .hasMessage("NCCL cannot be used: rank 0 has no GPU");
  }

  @Test
  void ranksThatWantDifferentThingsAreRefused() {
    assertThatThrownBy(() -> agreed(Choice.AUTO, Choice.HOST))
        .isInstanceOf(RankException.class)
        .hasMessage("rank 1 has --exchange host, rank 0 has auto; all ranks need the same");
  }
}
