package org.nao.ranks;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/**
 * How ranks find each other. Rank 0 listens on one address and writes it into a file of the run
 * folder that only its owner may read, with a secret; the others read it there and connect. Each
 * side proves that it knows the secret before anything else is said, so that a stranger's process
 * on the machine can be neither. When all are there, rank 0 stops to listen and removes the file.
 */
public final class Rendezvous {
  private static final String HOST_SAYS = "first";
  private static final String GUEST_SAYS = "other";
  private static final int MAGIC = 0x6e616f31;
  private static final int HANDSHAKE_MILLIS = 5_000;
  private static final int LOOK_MILLIS = 100;
  private static final int STRANGERS = 16;
  private static final int LONGEST_NAME = 300;

  private final Path folder;
  private final int size;
  private final int sharing;
  private final int waitSeconds;
  private final StopRequest stop;

  /**
   * A rendezvous.
   *
   * @param folder of the run
   * @param size number of ranks
   * @param sharing ranks among which the processors of this process are shared out
   * @param waitSeconds how long to wait for the others
   * @param stop ends the waiting; and what any rank was asked for, all are
   */
  public Rendezvous(Path folder, int size, int sharing, int waitSeconds, StopRequest stop) {
    this.sharing = sharing;
    this.folder = folder;
    this.size = size;
    this.waitSeconds = waitSeconds;
    this.stop = stop;
  }

  /** A rank that has proved itself. */
  private record Guest(int rank, String name, Socket socket) {}

  /**
   * Rank 0: waits until all others are there.
   *
   * @param address to listen on; port 0: any
   * @param problem a sentence where one of them is known not to come, asked again and again
   * @throws RankException naming a rank that has not come
   * @throws RunException if the address cannot be listened on
   */
  public Ranks host(InetSocketAddress address, Supplier<Optional<String>> problem) {
    final Secret secret = Secret.fresh();
    final Ranks ranks = new Ranks(0, size, sharing, stop);
    final Peer[] peers = new Peer[size];
    final BlockingQueue<Guest> arrived = new LinkedBlockingQueue<>();
    final Semaphore handshakes = new Semaphore(STRANGERS);
    try (ServerSocket server = bound(address)) {
      RendezvousFile.write(folder, (InetSocketAddress) server.getLocalSocketAddress(), secret);
      final long deadline = System.nanoTime() + waitSeconds * 1_000_000_000L;
      while (Arrays.stream(peers).skip(1).anyMatch(peer -> peer == null)) {
        throwIfPresent(problem.get().map(RankException::new));
        throwIfPresent(ranks.failure());
        if (stop.isRequested() || System.nanoTime() > deadline) {
          throw new RankException(missing(peers));
        }
        accept(server, handshakes, secret, arrived);
        for (Guest guest = arrived.poll(); guest != null; guest = arrived.poll()) {
          final String name = "rank %d (%s)".formatted(guest.rank, guest.name);
          final Peer peer = new Peer(guest.rank, name, guest.socket, ranks.new Hearing());
          if (peers[guest.rank] != null) {
            peer.abort("there are two of rank " + guest.rank);
            throw new RankException(
                "there are two of rank %d: %s and %s"
                    .formatted(guest.rank, peers[guest.rank].name(), name));
          }
          peers[guest.rank] = peer;
          ranks.connected(peer);
        }
      }
      return ranks;
    } catch (IOException e) {
      ranks.close();
      throw new RunException(
          "ranks cannot be connected on %s: %s.".formatted(address, e.getMessage()), e);
    } catch (RuntimeException e) {
      ranks.abort(e.getMessage());
      ranks.close();
      throw e;
    } finally {
      RendezvousFile.delete(folder);
    }
  }

  private static void throwIfPresent(Optional<RankException> failure) {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private String missing(Peer[] peers) {
    for (int i = 1; i < size; i++) {
      if (peers[i] == null) {
        return "rank %d of %d has not come".formatted(i, size)
            + (stop.isRequested() ? "" : " within %d seconds".formatted(waitSeconds));
      }
    }
    throw new IllegalStateException("all are there");
  }

  private static ServerSocket bound(InetSocketAddress address) {
    try {
      final ServerSocket server = new ServerSocket();
      server.setSoTimeout(LOOK_MILLIS);
      server.setReuseAddress(true);
      server.bind(address);
      return server;
    } catch (IOException e) {
      throw new RunException(
          "ranks cannot be waited for on %s: %s.".formatted(address, e.getMessage()), e);
    }
  }

  /** Who connects has a few seconds to prove itself, on a thread of its own. */
  private void accept(
      ServerSocket server, Semaphore handshakes, Secret secret, BlockingQueue<Guest> arrived)
      throws IOException {
    final Socket socket;
    try {
      socket = server.accept();
    } catch (SocketTimeoutException e) {
      return;
    }
    if (!handshakes.tryAcquire()) {
      socket.close();
      return;
    }
    final Thread thread =
        new Thread(
            () -> {
              try {
                welcome(socket, secret).ifPresent(arrived::add);
              } finally {
                handshakes.release();
              }
            },
            "nao-rank-arrives");
    thread.setDaemon(true);
    thread.start();
  }

  /** Empty for who does not know the secret. */
  private Optional<Guest> welcome(Socket socket, Secret secret) {
    try {
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      final DataInputStream input = new DataInputStream(socket.getInputStream());
      final DataOutputStream output = new DataOutputStream(socket.getOutputStream());
      final byte[] challenge = Secret.random();
      output.write(challenge);
      if (input.readInt() == MAGIC) {
        final int rank = input.readInt();
        final int nameLength = input.readUnsignedShort();
        if (nameLength <= LONGEST_NAME) {
          final byte[] name = exactly(input, nameLength);
          final byte[] asked = exactly(input, Secret.BYTES);
          final byte[] proof = exactly(input, Secret.BYTES);
          if (rank >= 1
              && rank < size
              && Secret.same(proof, secret.proof(GUEST_SAYS, rank, challenge, asked, name))) {
            output.write(secret.proof(HOST_SAYS, rank, challenge, asked));
            return Optional.of(new Guest(rank, new String(name, StandardCharsets.UTF_8), socket));
          }
        }
      }
    } catch (IOException e) {
      // Whoever it was did not stay.
    }
    closeQuietly(socket);
    return Optional.empty();
  }

  /**
   * Another rank: waits for rank 0's file and connects.
   *
   * @param name for people: which process on which machine
   * @throws RankException if rank 0 is not found in time
   */
  public Ranks join(int rank, String name) {
    final long deadline = System.nanoTime() + waitSeconds * 1_000_000_000L;
    while (!stop.isRequested() && System.nanoTime() < deadline) {
      final Optional<RendezvousFile> file = RendezvousFile.read(folder);
      final Optional<Socket> socket = file.flatMap(found -> knock(found, rank, name));
      if (socket.isPresent()) {
        return joined(rank, socket.get(), file.get());
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new RankException(
        "rank 0 was not found through %s".formatted(RendezvousFile.path(folder))
            + (stop.isRequested() ? "" : " within %d seconds".formatted(waitSeconds)));
  }

  private Ranks joined(int rank, Socket socket, RendezvousFile file) {
    final Ranks ranks = new Ranks(rank, size, sharing, stop);
    try {
      ranks.connected(
          new Peer(0, "rank 0 (%s)".formatted(file.name()), socket, ranks.new Hearing()));
    } catch (IOException e) {
      throw new RankException("rank 0 (%s) has ended".formatted(file.name()));
    }
    return ranks;
  }

  /** Empty if nobody is there, or somebody who does not know the secret: the file may be old. */
  private static Optional<Socket> knock(RendezvousFile file, int rank, String name) {
    final Socket socket = new Socket();
    try {
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(file.host()), file.port()), HANDSHAKE_MILLIS);
      final DataInputStream input = new DataInputStream(socket.getInputStream());
      final DataOutputStream output = new DataOutputStream(socket.getOutputStream());
      final byte[] challenge = exactly(input, Secret.BYTES);
      final byte[] asked = Secret.random();
      final byte[] called = name.getBytes(StandardCharsets.UTF_8);
      output.writeInt(MAGIC);
      output.writeInt(rank);
      output.writeShort(called.length);
      output.write(called);
      output.write(asked);
      output.write(file.key().proof(GUEST_SAYS, rank, challenge, asked, called));
      output.flush();
      if (Secret.same(
          exactly(input, Secret.BYTES), file.key().proof(HOST_SAYS, rank, challenge, asked))) {
        return Optional.of(socket);
      }
    } catch (IOException e) {
      // Not there any more, or not yet.
    }
    closeQuietly(socket);
    return Optional.empty();
  }

  private static byte[] exactly(DataInputStream input, int count) throws IOException {
    final byte[] bytes = new byte[count];
    input.readFully(bytes);
    return bytes;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was not wanted anyway.
    }
  }
}
