package org.nao.ranks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.nao.run.Processors;
import org.nao.run.StopRequest;

/**
 * R processes that do one piece of work, ranks 0 to R - 1. Rank 0 is connected with each of the
 * others, and what these exchange goes through it. Every exchange must be called by all ranks, in
 * the same order; lengths are checked. Used by one thread.
 *
 * <p>Where a rank ends, hangs or fails, the exchange that waits for it throws a {@link
 * RankException}, in all ranks. Where {@link #endProcessIfStuck} was called, a process that does
 * not end itself after that, since it is at work on something long, is ended.
 */
public final class Ranks implements AutoCloseable {
  /** Seconds that a rank has to end by itself after another one failed. */
  private static final int END_SECONDS = 20;

  private static final int FAILED = 1;
  private static final int LOOK_MILLIS = 20;

  private final int rank;
  private final int size;
  private final int sharing;
  private final StopRequest stop;
  private final List<Peer> peers = new ArrayList<>();
  private RankException failure;
  private Runnable whenFailed = () -> {};
  private boolean closed;
  private boolean endsProcess;

  /**
   * What a rank gives to an exchange.
   *
   * @param owner the rank
   * @param bytes its place among all bytes
   */
  public record Share(int owner, ByteBuffer bytes) {}

  /**
   * Not connected yet.
   *
   * @param sharing ranks among which the processors of this process are shared out
   */
  Ranks(int rank, int size, int sharing, StopRequest stop) {
    this.sharing = sharing;
    this.rank = rank;
    this.size = size;
    this.stop = stop;
  }

  /** One rank alone, which has nobody to exchange with. */
  public static Ranks alone() {
    return new Ranks(0, 1, 1, new StopRequest());
  }

  /** Takes a connection over, before the first exchange. */
  void connected(Peer peer) {
    synchronized (peers) {
      peers.add(peer);
      peers.sort(Comparator.comparingInt(Peer::rank));
    }
    peer.start();
  }

  public int rank() {
    return rank;
  }

  /** R. */
  public int size() {
    return size;
  }

  /** Whether any rank was asked to stop, as far as this one has heard. */
  public StopRequest stop() {
    return stop;
  }

  /**
   * Threads of this rank, of the wanted number, where 0 means all: ranks that share a machine share
   * its processors.
   */
  public int threads(int wanted) {
    return wanted == 0 && sharing > 1
        ? Math.max(1, Processors.ofThisProcess().usable() / sharing)
        : wanted;
  }

  /** The bytes of rank 0, in all ranks; of others {@code own} is not looked at. */
  public byte[] broadcast(byte[] own, int most) {
    if (rank > 0) {
      return peers.get(0).receive(most);
    }
    final ByteBuffer bytes = ByteBuffer.wrap(own);
    peers.forEach(peer -> peer.send(bytes));
    return own;
  }

  /** Rank 0: the last bytes that the others hear, after which they may end. */
  public void broadcastLast(byte[] own) {
    synchronized (this) {
      closed = true;
    }
    peers.forEach(Peer::mayEnd);
    peers.forEach(peer -> peer.send(ByteBuffer.wrap(own)));
  }

  /** Fills the bytes with those of rank 0, of which there are as many. */
  public void broadcast(ByteBuffer bytes) {
    if (rank > 0) {
      Peer.await(peers.get(0).receive(bytes.duplicate()));
    } else {
      peers.forEach(peer -> peer.send(bytes));
    }
  }

  /** What all ranks give, in order, in rank 0; elsewhere nothing. */
  public List<byte[]> gather(byte[] own, int most) {
    if (rank > 0) {
      peers.get(0).send(ByteBuffer.wrap(own));
      return List.of();
    }
    final List<byte[]> all = new ArrayList<>(List.of(own));
    peers.forEach(peer -> all.add(peer.receive(most)));
    return all;
  }

  /**
   * Begins an exchange of shares, after which every rank has those of all. Shares of other ranks
   * are written from now on until {@link AllGather#finish} returns; this rank's need to be there by
   * then.
   *
   * @param shares of all ranks, the same in each
   */
  public AllGather allGather(List<Share> shares) {
    return new AllGather(shares);
  }

  /** An exchange that has begun. */
  public final class AllGather {
    private final List<Share> shares;
    private final List<CompletableFuture<byte[]>> coming = new ArrayList<>();

    private AllGather(List<Share> shares) {
      this.shares = shares;
      for (final Peer peer : peers) {
        final ByteBuffer[] places = rank == 0 ? of(peer.rank()) : notOf(rank);
        coming.add(peer.receive(places));
      }
    }

    /** Gives this rank's shares and waits for those of the others. */
    public void finish() {
      if (rank > 0) {
        peers.get(0).send(of(rank));
        coming.forEach(Peer::await);
        return;
      }
      coming.forEach(Peer::await);
      peers.forEach(peer -> peer.send(notOf(peer.rank())));
    }

    private ByteBuffer[] of(int owner) {
      return places(owner, true);
    }

    private ByteBuffer[] notOf(int owner) {
      return places(owner, false);
    }

    private ByteBuffer[] places(int owner, boolean own) {
      return shares.stream()
          .filter(share -> share.owner == owner == own)
          .map(share -> share.bytes.duplicate())
          .toArray(ByteBuffer[]::new);
    }
  }

  /** Tells all others why they must end. */
  public void abort(String sentence) {
    synchronized (peers) {
      peers.forEach(peer -> peer.abort(sentence));
    }
  }

  /**
   * From now on this process ends {@value #END_SECONDS} seconds after another rank failed, unless
   * these ranks are closed before.
   */
  public Ranks endProcessIfStuck() {
    synchronized (this) {
      endsProcess = true;
    }
    return this;
  }

  /**
   * Does something on a thread of its own as soon as another rank has failed, so that what waits
   * for that rank by other means does not wait for ever.
   */
  public void whenFailed(Runnable action) {
    final boolean failed;
    synchronized (this) {
      whenFailed = action;
      failed = failure != null;
    }
    if (failed) {
      action.run();
    }
  }

  /**
   * Waits until a rank is known to have failed, as long as one that hangs may go unnoticed; empty
   * where all are well.
   */
  public Optional<RankException> awaitFailure() {
    final long deadline = System.nanoTime() + (Peer.SILENCE_SECONDS + 1) * 1_000_000_000L;
    while (failure().isEmpty() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return failure();
  }

  /** Why another rank has failed, if one has. */
  public synchronized Optional<RankException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    peers.forEach(Peer::close);
  }

  /** What a connection reports. */
  final class Hearing implements Peer.Listener {
    @Override
    public void stopRequested(int reason) {
      final StopRequest.Reason[] reasons = StopRequest.Reason.values();
      stop.request(reasons[Math.min(reason, reasons.length - 1)]);
    }

    @Override
    public int stopReason() {
      return stop.reason().map(Enum::ordinal).orElse(-1);
    }

    @Override
    public void failed(Peer peer, RankException why) {
      final Runnable action;
      synchronized (Ranks.this) {
        if (failure != null || closed) {
          return;
        }
        failure = why;
        action = whenFailed;
      }
      action.run();
      abort(why.getMessage());
      final Thread end = new Thread(() -> endLater(why), "nao-ranks-end");
      end.setDaemon(true);
      end.start();
    }
  }

  private void endLater(RankException why) {
    try {
      Thread.sleep(END_SECONDS * 1_000L);
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      if (closed || !endsProcess) {
        return;
      }
    }
    if (rank == 0 || !why.isTold()) {
      System.err.println(why.getMessage() + "; the last checkpoint is kept.");
      System.err.flush();
    }
    Runtime.getRuntime().halt(stop.reason().map(StopRequest.Reason::exitCode).orElse(FAILED));
  }
}
