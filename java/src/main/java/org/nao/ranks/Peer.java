package org.nao.ranks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.nao.error.ThreadFailure;

/**
 * The other end of a connection. Both send a beat twice a second; who sends nothing for {@link
 * #SILENCE_SECONDS} hangs. What arrives goes straight to where it is wanted.
 *
 * <p>A frame is a byte that says what it is, an int with the length, and so many bytes.
 */
final class Peer {
  /** Seconds without a byte after which a rank is given up. */
  static final int SILENCE_SECONDS = 30;

  private static final int BEAT_MILLIS = 500;
  private static final int LINGER_MILLIS = 5_000;
  private static final int TICK_MILLIS = 1_000;
  private static final int PIECE = 1 << 16;
  private static final int LONGEST_SENTENCE = 4096;

  private static final int DATA = 'D';
  private static final int BEAT = 'B';
  private static final int STOP = 'S';
  private static final int ABORT = 'A';

  /** Hears what is not data; called on threads of the peer. */
  interface Listener {
    /** The other side was asked to stop. */
    void stopRequested(int reason);

    /** Nothing will come any more. */
    void failed(Peer peer, RankException failure);

    /** Why this side was asked to stop; below 0: it was not. */
    int stopReason();
  }

  /** Where bytes are wanted, exactly as many, or up to {@code most} if there are no places. */
  private record Wanted(List<ByteBuffer> places, int most, CompletableFuture<byte[]> done) {
    long bytes() {
      return places.stream().mapToLong(ByteBuffer::remaining).sum();
    }
  }

  private final int rank;
  private final String name;
  private final Socket socket;
  private final DataInputStream input;
  private final OutputStream output;
  private final Listener listener;
  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private final Object turn = new Object();
  private final byte[] sent = new byte[PIECE];
  private final byte[] received = new byte[PIECE];
  private Thread reader;
  private Thread beater;
  private RankException failure;
  private boolean closed;

  /**
   * A peer.
   *
   * @param name for people, for example "rank 2 (process 17 on node3)"
   */
  Peer(int rank, String name, Socket socket, Listener listener) throws IOException {
    this.rank = rank;
    this.name = name;
    this.socket = socket;
    this.listener = listener;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TICK_MILLIS);
    input = new DataInputStream(new BufferedInputStream(new Patient(), PIECE));
    output = socket.getOutputStream();
  }

  int rank() {
    return rank;
  }

  String name() {
    return name;
  }

  /** Begins to read and to beat. */
  void start() {
    reader = daemon("nao-rank-" + rank, this::read);
    beater = daemon("nao-beat-" + rank, this::beat);
  }

  private static Thread daemon(String name, Runnable body) {
    final Thread made = new Thread(body, name);
    made.setDaemon(true);
    made.start();
    return made;
  }

  /** Sends bytes, those of each place one after another. */
  void send(ByteBuffer... places) {
    long bytes = 0;
    for (final ByteBuffer place : places) {
      bytes += place.remaining();
    }
    try {
      frame(DATA, Math.toIntExact(bytes), places);
    } catch (IOException e) {
      throw fail(ended());
    }
  }

  /** Fills places with the next bytes, which must be as many; returns at once. */
  CompletableFuture<byte[]> receive(ByteBuffer... places) {
    return want(new Wanted(Arrays.asList(places), 0, new CompletableFuture<>()));
  }

  /** The next bytes, at most so many. */
  byte[] receive(int most) {
    return await(want(new Wanted(List.of(), most, new CompletableFuture<>())));
  }

  private CompletableFuture<byte[]> want(Wanted one) {
    synchronized (turn) {
      if (failure != null) {
        one.done.completeExceptionally(failure);
      } else {
        wanted.add(one);
        turn.notifyAll();
      }
    }
    return one.done;
  }

  static byte[] await(CompletableFuture<byte[]> bytes) {
    try {
      return bytes.join();
    } catch (CompletionException e) {
      throw ThreadFailure.rethrow(e.getCause());
    }
  }

  /** Tells the other side why all must end, as far as it still listens. */
  void abort(String sentence) {
    final byte[] text = sentence.getBytes(StandardCharsets.UTF_8);
    final int length = Math.min(text.length, LONGEST_SENTENCE);
    try {
      frame(ABORT, length, ByteBuffer.wrap(text, 0, length));
    } catch (IOException e) {
      // It has ended, too.
    }
  }

  /** From now on the other side may end. */
  void mayEnd() {
    synchronized (turn) {
      closed = true;
      turn.notifyAll();
    }
  }

  /** Ends the connection; nothing that comes from now on is a failure. */
  void close() {
    mayEnd();
    try {
      // What was sent last would be lost if this side closed with bytes unread.
      socket.shutdownOutput();
      reader.join(LINGER_MILLIS);
    } catch (IOException e) {
      // It is closed already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeSocket();
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to lose.
    }
  }

  private void frame(int kind, int length, ByteBuffer... places) throws IOException {
    synchronized (output) {
      int at = ByteBuffer.wrap(sent).put((byte) kind).putInt(length).position();
      for (final ByteBuffer place : places) {
        final ByteBuffer left = place.duplicate();
        while (left.hasRemaining()) {
          final int count = Math.min(left.remaining(), PIECE - at);
          left.get(sent, at, count);
          at += count;
          if (at == PIECE) {
            output.write(sent, 0, at);
            at = 0;
          }
        }
      }
      output.write(sent, 0, at);
    }
  }

  private void beat() {
    boolean told = false;
    while (true) {
      try {
        final int reason = listener.stopReason();
        if (reason >= 0 && !told) {
          frame(STOP, 1, ByteBuffer.wrap(new byte[] {(byte) reason}));
          told = true;
        }
        frame(BEAT, 0);
        Thread.sleep(BEAT_MILLIS);
      } catch (IOException e) {
        return; // the reader finds out, too
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void read() {
    try {
      while (true) {
        final int kind = input.readUnsignedByte();
        final int length = input.readInt();
        switch (kind) {
          case BEAT -> require(length == 0);
          case STOP -> {
            require(length == 1);
            listener.stopRequested(input.readUnsignedByte());
          }
          case ABORT -> {
            require(length >= 0 && length <= LONGEST_SENTENCE);
            final String sentence = new String(input.readNBytes(length), StandardCharsets.UTF_8);
            fail(new RankException(sentence, true));
            return;
          }
          case DATA -> {
            require(length >= 0);
            if (!deliver(length)) {
              return;
            }
          }
          default -> require(false);
        }
      }
    } catch (SilentException e) {
      fail(
          new RankException(
              "%s has not been heard of for %d seconds".formatted(name, SILENCE_SECONDS)));
    } catch (IOException e) {
      fail(ended());
    } catch (RankException e) {
      fail(e);
    } finally {
      beater.interrupt();
    }
  }

  private RankException ended() {
    return new RankException(name + " has ended");
  }

  private void require(boolean holds) {
    if (!holds) {
      throw new RankException(name + " sent bytes that are not those of a rank");
    }
  }

  /** Reads data to where they are wanted, once they are; returns false if this side closes. */
  private boolean deliver(int length) throws IOException {
    final Wanted one;
    synchronized (turn) {
      while (wanted.isEmpty() && !closed) {
        try {
          turn.wait();
        } catch (InterruptedException e) {
          return false;
        }
      }
      if (wanted.isEmpty()) {
        return false;
      }
      one = wanted.peek();
    }
    if (one.places.isEmpty() ? length > one.most : length != one.bytes()) {
      throw new RankException(
          "%s sent %d bytes where %s%d are expected"
              .formatted(
                  name,
                  length,
                  one.places.isEmpty() ? "at most " : "",
                  one.places.isEmpty() ? one.most : one.bytes()));
    }
    final byte[] whole = one.places.isEmpty() ? new byte[length] : new byte[0];
    if (one.places.isEmpty()) {
      input.readFully(whole);
    }
    for (final ByteBuffer place : one.places) {
      final ByteBuffer left = place.duplicate();
      while (left.hasRemaining()) {
        final int count = Math.min(left.remaining(), PIECE);
        input.readFully(received, 0, count);
        left.put(received, 0, count);
      }
    }
    synchronized (turn) {
      wanted.remove();
    }
    one.done.complete(whole);
    return true;
  }

  /** Remembers the first failure and tells all who wait, unless this side has closed. */
  private RankException fail(RankException why) {
    final List<Wanted> waiting;
    final boolean first;
    synchronized (turn) {
      first = failure == null && !closed;
      if (failure == null) {
        failure = why;
      }
      waiting = List.copyOf(wanted);
      wanted.clear();
    }
    closeSocket();
    if (first) {
      listener.failed(this, failure);
    }
    waiting.forEach(one -> one.done.completeExceptionally(failure));
    return failure;
  }

  /** The other side has sent nothing for too long. */
  private static final class SilentException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The socket's bytes. Silence is counted in ticks in which this process ran: where all were
   * suspended for a while, nobody hangs.
   */
  private final class Patient extends InputStream {
    @Override
    public int read() throws IOException {
      final byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      for (int tick = 0; tick < SILENCE_SECONDS * 1_000 / TICK_MILLIS; tick++) {
        try {
          final int count = socket.getInputStream().read(bytes, offset, length);
          if (count < 0) {
            throw new EOFException();
          }
          return count;
        } catch (SocketTimeoutException e) {
          // Another tick.
        }
      }
      throw new SilentException();
    }
  }
}
