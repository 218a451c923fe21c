package org.nao.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/** Ranks as threads of one process, connected as processes are. */
@Timeout(60)
class RanksTest {
  private static final int WAIT_SECONDS = 20;

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StopRequest stop = new StopRequest();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private interface Work<T> {
    T of(Ranks ranks);
  }

  private Ranks host(int size) {
    return host(size, WAIT_SECONDS);
  }

  private Ranks host(int size, int waitSeconds) {
    return new Rendezvous(folder, size, size, waitSeconds, stop)
        .host(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional::empty);
  }

  private Ranks join(int rank, int size) {
    return new Rendezvous(folder, size, size, WAIT_SECONDS, new StopRequest())
        .join(rank, "thread " + rank);
  }

  private <T> List<T> together(int size, Work<T> work) throws Exception {
    final List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      final int own = rank;
      final Callable<T> body =
          () -> {
            try (Ranks ranks = own == 0 ? host(size) : join(own, size)) {
              final T done = work.of(ranks);
              if (own == 0) {
                ranks.broadcastLast(new byte[0]);
              } else {
                ranks.broadcast(new byte[0], 0);
              }
              return done;
            }
          };
      results.add(threads.submit(body));
    }
    final List<T> values = new ArrayList<>();
    for (final Future<T> result : results) {
      values.add(result.get());
    }
    return values;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void allHearTheFirstAndTheFirstHearsAll() throws Exception {
    final List<String> heard =
        together(
            3,
            ranks -> {
              final byte[] order = ranks.broadcast(bytes("order of " + ranks.rank()), 100);
              final List<byte[]> all = ranks.gather(bytes("answer " + ranks.rank()), 100);
              return new String(order, StandardCharsets.UTF_8)
                  + all.stream().map(each -> "," + new String(each)).toList();
            });
    assertThat(heard)
        .containsExactly(
            "order of 0[,answer 0, ,answer 1, ,answer 2]", "order of 0[]", "order of 0[]");
  }

  /** More than the system keeps for who does not listen yet, of uneven shares and none. */
  @Test
  void everyRankGetsTheSharesOfAll() throws Exception {
    final int[] owners = {0, 1, 2, 0, 1};
    final int[] lengths = {5, 3_000_000, 1, 0, 700_000};
    final List<byte[]> all =
        together(
            4,
            ranks -> {
              final ByteBuffer memory = ByteBuffer.allocateDirect(4_000_000);
              for (int round = 0; round < 3; round++) {
                final List<Ranks.Share> shares = new ArrayList<>();
                int at = 0;
                for (int i = 0; i < owners.length; i++) {
                  shares.add(new Ranks.Share(owners[i], memory.slice(at, lengths[i])));
                  at += lengths[i];
                }
                final Ranks.AllGather exchange = ranks.allGather(shares);
                for (final Ranks.Share share : shares) {
                  if (share.owner() == ranks.rank()) {
                    for (int i = 0; i < share.bytes().capacity(); i++) {
                      share.bytes().put(i, (byte) (i * 7 + share.owner() + round));
                    }
                  }
                }
                exchange.finish();
              }
              final byte[] copy = new byte[4_000_000];
              memory.get(copy);
              return copy;
            });
    assertThat(all.get(0)[6]).isEqualTo((byte) (7 + 1 + 2));
    assertThat(all.get(0)[3_000_005]).isEqualTo((byte) (2 + 2));
    assertThat(all).allSatisfy(each -> assertThat(each).isEqualTo(all.get(0)));
  }

  @Test
  void aShareOfAnotherLengthIsRefused() throws Exception {
    final Future<Ranks> other = threads.submit(() -> join(1, 2));
    try (Ranks first = host(2);
        Ranks second = other.get()) {
      final Ranks.AllGather here =
          first.allGather(List.of(new Ranks.Share(1, ByteBuffer.allocate(8))));
      final Ranks.AllGather there =
          second.allGather(List.of(new Ranks.Share(1, ByteBuffer.allocate(9))));
      final Future<?> sent = threads.submit(there::finish);
      assertThatThrownBy(here::finish)
          .isInstanceOf(RankException.class)
          .hasMessage("rank 1 (thread 1) sent 9 bytes where 8 are expected");
      assertThatThrownBy(sent::get).isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void anAnswerThatIsTooLongIsRefused() throws Exception {
    final Future<Ranks> other = threads.submit(() -> join(1, 2));
    try (Ranks first = host(2);
        Ranks second = other.get()) {
      second.gather(new byte[11], 10);
      assertThatThrownBy(() -> first.gather(new byte[0], 10))
          .hasMessage("rank 1 (thread 1) sent 11 bytes where at most 10 are expected");
    }
  }

  @Test
  void whoWaitsIsToldOfARankThatEnds() throws Exception {
    final Future<Ranks> one = threads.submit(() -> join(1, 3));
    final Future<Ranks> two = threads.submit(() -> join(2, 3));
    try (Ranks first = host(3);
        Ranks second = one.get()) {
      final Future<byte[]> waiting = threads.submit(() -> second.broadcast(new byte[0], 10));
      two.get().close();
      assertThatThrownBy(() -> first.gather(new byte[0], 10))
          .isInstanceOf(RankException.class)
          .satisfies(e -> assertThat(((RankException) e).isTold()).isFalse());
      assertThat(first.failure().orElseThrow()).hasMessage("rank 2 (thread 2) has ended");
      assertThatThrownBy(waiting::get)
          .rootCause()
          .hasMessage("rank 2 (thread 2) has ended")
          .satisfies(e -> assertThat(((RankException) e).isTold()).isTrue());
    }
  }

  @Test
  void aStopOfOneRankIsOneOfTheFirst() throws Exception {
    final StopRequest ofSecond = new StopRequest();
    final Future<Ranks> other =
        threads.submit(
            () -> new Rendezvous(folder, 2, 2, WAIT_SECONDS, ofSecond).join(1, "thread 1"));
    try (Ranks first = host(2);
        Ranks second = other.get()) {
      assertThat(stop.isRequested()).isFalse();
      ofSecond.request(StopRequest.Reason.INTERRUPT);
      while (!stop.isRequested()) {
        Thread.sleep(10);
      }
      assertThat(stop.reason()).contains(StopRequest.Reason.INTERRUPT);
      assertThat(first.size() + second.rank()).isEqualTo(3);
    }
  }

  @Test
  void theFileIsTheOwnersAndGoneWhenAllAreThere() throws Exception {
    final Path file = RendezvousFile.path(folder);
    final Future<Ranks> first = threads.submit(() -> host(2));
    while (!Files.exists(file)) {
      Thread.sleep(10);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    final int port = Json.readObject(file).path("port").asInt();
    try (Ranks second = join(1, 2);
        Ranks host = first.get()) {
      assertThat(second.size()).isEqualTo(host.size());
      assertThat(file).doesNotExist();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(IOException.class);
    }
  }

  /** Strangers who say nothing, who say something else, and one who guesses the secret. */
  @Test
  void strangersAreNotLetIn() throws Exception {
    final Path file = RendezvousFile.path(folder);
    final Future<Ranks> first = threads.submit(() -> host(2));
    while (!Files.exists(file)) {
      Thread.sleep(10);
    }
    final ObjectNode written = Json.readObject(file);
    final int port = written.path("port").asInt();
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket loud = new Socket(InetAddress.getLoopbackAddress(), port)) {
      loud.getOutputStream().write(new byte[1000]);
      final Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
      RendezvousFile.write(
          elsewhere, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Secret.fresh());
      assertThatThrownBy(
              () -> new Rendezvous(elsewhere, 2, 2, 1, new StopRequest()).join(1, "stranger"))
          .isInstanceOf(RankException.class)
          .hasMessageContaining("rank 0 was not found through");
      try (Ranks second = join(1, 2);
          Ranks host = first.get()) {
        second.gather(bytes("mine"), 10);
        assertThat(host.gather(new byte[0], 10).get(1)).isEqualTo(bytes("mine"));
      }
      assertThat(silent.isConnected()).isTrue();
    }
  }

  /** Of a run that was killed; a stranger may have the port by now. */
  @Test
  void anOldFileIsWaitedOut() throws Exception {
    try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      RendezvousFile.write(
          folder, (InetSocketAddress) stranger.getLocalSocketAddress(), Secret.fresh());
      final Future<Ranks> second = threads.submit(() -> join(1, 2));
      final Socket accepted = stranger.accept();
      accepted.getOutputStream().write(new byte[200]);
      try (Ranks first = host(2)) {
        assertThat(first.size()).isEqualTo(2);
        second.get().close();
      }
      accepted.close();
    }
  }

  @Test
  void aFileThatOthersMayReadIsNotTrusted() throws Exception {
    final Path file = RendezvousFile.path(folder);
    RendezvousFile.write(
        folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), Secret.fresh());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> join(1, 2))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": others than its owner may read or write it; it is not trusted.");
  }

  @Test
  void aRankThatDoesNotComeIsNamed() {
    final Future<Ranks> other = threads.submit(() -> join(1, 3));
    assertThatThrownBy(() -> host(3, 2)).hasMessage("rank 2 of 3 has not come within 2 seconds");
    assertThat(RendezvousFile.path(folder)).doesNotExist();
    assertThat(other).succeedsWithin(java.time.Duration.ofSeconds(5));
  }

  @Test
  void twoOfOneRankAreRefused() {
    threads.submit(() -> join(1, 3));
    threads.submit(() -> join(1, 3));
    assertThatThrownBy(() -> host(3))
        .hasMessage("there are two of rank 1: rank 1 (thread 1) and rank 1 (thread 1)");
  }

  @Test
  void oneAloneHasNobodyToExchangeWith() {
    try (Ranks ranks = Ranks.alone()) {
      assertThat(ranks.broadcast(bytes("a"), 1)).isEqualTo(bytes("a"));
      assertThat(ranks.gather(bytes("b"), 1)).containsExactly(bytes("b"));
      assertThat(ranks.threads(3)).isEqualTo(3);
      assertThat(ranks.threads(0)).isZero();
    }
  }
}
