package org.nao.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.nao.run.IoFailure;
import org.nao.run.Progress;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/**
 * Downloads one file into one that may hold its beginning. A connection that breaks is begun again
 * from where it broke, until several in a row have brought nothing.
 */
final class Download {
  /** What a file whose length is not published may have at most. */
  private static final long MOST_BYTES = 4L << 30;

  /** Attempts in a row that bring nothing. */
  private static final int ATTEMPTS = 4;

  private static final long MEBIBYTE = 1 << 20;
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int REDIRECTIONS = 10;
  private static final int BUFFER = 1 << 16;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final URI address;
  private final PublishedFile file;
  private final Proxies proxies;
  private final Duration pause;
  private final StopRequest stop;

  /**
   * A download.
   *
   * @param address where the file is
   * @param file what it has to be
   * @param pause before a second attempt; twice as long before the third
   */
  Download(URI address, PublishedFile file, Proxies proxies, Duration pause, StopRequest stop) {
    this.address = address;
    this.file = file;
    this.proxies = proxies;
    this.pause = pause;
    this.stop = stop;
  }

  /**
   * Completes a file, which is on disk with the published checksum when this returns.
   *
   * @return whether it is complete; else the stop was requested
   * @throws RunException if it cannot be had; what has come stays, unless it is wrong
   */
  boolean into(Path path) {
    try (FileChannel bytes =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      final boolean resumed = bytes.size() > 0;
      if (!complete(bytes)) {
        return false;
      }
      if (!isRight(bytes) && resumed) {
        // The beginning may be another file's, or damaged.
        bytes.truncate(0);
        if (!complete(bytes)) {
          return false;
        }
      }
      if (!isRight(bytes)) {
        bytes.truncate(0);
        throw new RunException(
            "%s: what the server sent is not the published file (its MD5 is not %s); nothing of it"
                    .formatted(address, file.md5())
                + " is kept.");
      }
      bytes.force(true);
      return true;
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be written", e);
    }
  }

  /** Downloads what is missing; returns whether nothing is. */
  private boolean complete(FileChannel bytes) throws IOException {
    try (Shown shown = new Shown()) {
      int failures = 0;
      while (!stop.isRequested()) {
        final long before = bytes.size();
        ConnectionFailure failure;
        try {
          if (attempt(bytes, shown)) {
            return true;
          }
          failure = new ConnectionFailure("the connection ended too early", null);
        } catch (ConnectionFailure e) {
          failure = e;
        }
        failures = bytes.size() > before ? 0 : failures + 1;
        if (failures == ATTEMPTS) {
          throw unreachable(failure);
        }
        waitBeforeAttempt(failures);
      }
      return false;
    }
  }

  /** The progress of a file that is long enough for one, once its length is known. */
  private final class Shown implements AutoCloseable {
    private Progress progress;

    void start(long first, long whole) {
      if (progress == null && whole >= MEBIBYTE) {
        progress = Progress.start(file.name(), first / MEBIBYTE, whole / MEBIBYTE, "MiB");
      }
    }

    void update(long bytes) {
      if (progress != null) {
        progress.update(bytes / MEBIBYTE, "");
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }

  private RunException unreachable(IOException e) {
    return new RunException(
        "%s: cannot be downloaded (%s); the same command goes on with it."
            .formatted(address, IoFailure.reason(e)),
        e);
  }

  private void waitBeforeAttempt(int failures) throws IOException {
    try {
      long millis = pause.toMillis() << failures;
      while (millis > 0 && !stop.isRequested()) {
        final long next = Math.min(millis, 100);
        Thread.sleep(next);
        millis -= next;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** One connection; returns whether all bytes are there. */
  private boolean attempt(FileChannel bytes, Shown shown) throws IOException {
    if (file.bytes() > 0 && bytes.size() > file.bytes()) {
      bytes.truncate(0);
    }
    if (file.bytes() > 0 && bytes.size() == file.bytes()) {
      return true;
    }
    final HttpURLConnection connection = open(bytes.size());
    try {
      final long announced = prepare(connection, bytes);
      if (announced == bytes.size()) {
        return true;
      }
      // Java's stream ends early without an exception where a connection breaks.
      final long whole = file.bytes() > 0 ? file.bytes() : announced;
      shown.start(bytes.size(), whole);
      receive(connection, bytes, shown);
      return !stop.isRequested() && (whole < 0 || bytes.size() == whole);
    } finally {
      connection.disconnect();
    }
  }

  /**
   * Looks at a response's head and makes room for its body.
   *
   * @return the whole file's length, -1 if it is unknown
   */
  private long prepare(HttpURLConnection connection, FileChannel bytes) throws IOException {
    final int status = status(connection);
    final long length = connection.getContentLengthLong();
    long whole = length;
    if (status == HttpURLConnection.HTTP_PARTIAL) {
      final Matcher range =
          RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
      if (!range.matches() || !range.group(1).equals(Long.toString(bytes.size()))) {
        bytes.truncate(0);
        throw new ConnectionFailure("the server sent another part than was asked for", null);
      }
      whole =
          range.group(3).equals("*") || range.group(3).length() > 18
              ? -1
              : Long.parseLong(range.group(3));
    } else if (status == RANGE_NOT_SATISFIABLE && bytes.size() > 0) {
      if (file.bytes() == 0) {
        return bytes.size(); // Nothing is behind it: the checksum will tell.
      }
      bytes.truncate(0);
      throw new ConnectionFailure("the server has less than came before", null);
    } else if (status == HttpURLConnection.HTTP_OK) {
      bytes.truncate(0);
    } else if (status >= FIRST_SERVER_ERROR
        || status == TOO_MANY_REQUESTS
        || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT) {
      throw new ConnectionFailure("the server says " + said(connection, status), null);
    } else {
      throw new RunException(
          "%s: the server says %s.".formatted(address, said(connection, status)));
    }
    if (whole >= 0 && file.bytes() > 0 && whole != file.bytes()) {
      throw new RunException(
          "%s: the server has %,d bytes, the published file has %,d."
              .formatted(address, whole, file.bytes()));
    }
    return whole;
  }

  private void receive(HttpURLConnection connection, FileChannel bytes, Shown shown)
      throws IOException {
    final long most = file.bytes() > 0 ? file.bytes() : MOST_BYTES;
    bytes.position(bytes.size());
    final byte[] buffer = new byte[BUFFER];
    try (InputStream body = body(connection)) {
      while (!stop.isRequested()) {
        final int count = read(body, buffer);
        if (count < 0) {
          return;
        }
        if (bytes.size() + count > most) {
          bytes.truncate(0);
          throw new RunException(
              "%s: the server sends more than %,d bytes, which the file has at most; nothing of it"
                      .formatted(address, most)
                  + " is kept.");
        }
        final ByteBuffer received = ByteBuffer.wrap(buffer, 0, count);
        while (received.hasRemaining()) {
          bytes.write(received);
        }
        shown.update(bytes.size());
      }
    }
  }

  /** What is wrong with the connection, apart from what is wrong with the disk. */
  private static final class ConnectionFailure extends IOException {
    private static final long serialVersionUID = 1L;

    ConnectionFailure(String message, Throwable cause) {
      super(message, cause);
    }

    static ConnectionFailure of(IOException e) {
      if (e instanceof UnknownHostException) {
        return new ConnectionFailure("unknown host " + e.getMessage(), e);
      }
      return new ConnectionFailure(IoFailure.reason(e), e);
    }
  }

  private static InputStream body(HttpURLConnection connection) throws ConnectionFailure {
    try {
      return connection.getInputStream();
    } catch (IOException e) {
      throw ConnectionFailure.of(e);
    }
  }

  private static int read(InputStream body, byte[] buffer) throws ConnectionFailure {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw ConnectionFailure.of(e);
    }
  }

  private int status(HttpURLConnection connection) throws IOException {
    try {
      return connection.getResponseCode();
    } catch (SSLHandshakeException | SSLPeerUnverifiedException e) {
      throw new RunException(
          ("%s: no safe connection to the server (%s); certificates of a site's own authority are"
                  + " taken from JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE.")
              .formatted(address, e.getMessage()),
          e);
    } catch (IOException e) {
      throw ConnectionFailure.of(e);
    }
  }

  private static String said(HttpURLConnection connection, int status) throws IOException {
    final String words = connection.getResponseMessage();
    return words == null || words.isBlank() ? Integer.toString(status) : status + " " + words;
  }

  /** The connection for the bytes from {@code first} on, at the end of all redirections. */
  private HttpURLConnection open(long first) throws IOException {
    URI at = address;
    for (int i = 0; i <= REDIRECTIONS; i++) {
      final HttpURLConnection connection =
          (HttpURLConnection) at.toURL().openConnection(proxies.of(at));
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Accept-Encoding", "identity");
      connection.setRequestProperty("User-Agent", "nao");
      if (first > 0) {
        connection.setRequestProperty("Range", "bytes=" + first + "-");
      }
      final int status = status(connection);
      final String location = connection.getHeaderField("Location");
      if (status / 100 != 3 || location == null) {
        return connection;
      }
      connection.disconnect();
      at = redirected(at, location);
    }
    throw new RunException(
        "%s: the server redirects more than %d times.".formatted(address, REDIRECTIONS));
  }

  private URI redirected(URI from, String location) throws IOException {
    try {
      final URL to = from.resolve(location).toURL();
      final String scheme = to.getProtocol();
      if (scheme.equals("https") || scheme.equals("http") && from.getScheme().equals("http")) {
        return to.toURI();
      }
    } catch (IllegalArgumentException | MalformedURLException | URISyntaxException e) {
      // Said below.
    }
    throw new RunException(
        "%s: the server redirects to %s, which nao does not follow.".formatted(address, location));
  }

  private boolean isRight(FileChannel bytes) throws IOException {
    if (file.bytes() > 0 && bytes.size() != file.bytes()) {
      return false;
    }
    final MessageDigest digest = md5();
    final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long at = 0;
    while (at < bytes.size()) {
      buffer.clear();
      at += bytes.read(buffer, at);
      digest.update(buffer.flip());
    }
    return HexFormat.of().formatHex(digest.digest()).equals(file.md5());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
