package org.nao.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.error.UserException;
import org.nao.run.StopRequest;

class FetchTest {
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir private Path home;

  @Test
  void wholeFilesGetAFolder() throws Exception {
    try (Server server = new Server((request, out) -> whole(out, CONTENT))) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
      assertEquals(List.of("set"), names(home));
      assertEquals(List.of("file.gz"), names(home.resolve("set")));
    }
  }

  @Test
  void aBrokenDownloadGoesOnWhereItBroke() throws Exception {
    try (Server server =
        new Server(
            (request, out) -> {
              final int first = Server.first(request);
              final byte[] part =
                  Arrays.copyOfRange(CONTENT, first, Math.min(CONTENT.length, first + 100_000));
              Server.answer(
                  out, head(first) + "Content-Length: %d".formatted(CONTENT.length - first), part);
            })) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
      assertEquals(3, server.requests().size());
      assertEquals(200_000, Server.first(server.requests().get(2)));
    }
  }

  @Test
  void anotherProcessGoesOn() throws Exception {
    final AtomicBoolean whole = new AtomicBoolean();
    try (Server server =
        new Server(
            (request, out) -> {
              final int first = Server.first(request);
              if (first == 0 || whole.get()) {
                Server.answer(
                    out,
                    head(first) + "Content-Length: %d".formatted(CONTENT.length - first),
                    Arrays.copyOfRange(CONTENT, first, whole.get() ? CONTENT.length : 123_456));
              } // Else the connection breaks before an answer.
            })) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("the same command goes on with it"), sentence);
      assertFalse(Files.exists(home.resolve("set")));
      final int before = server.requests().size();
      whole.set(true);
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
      assertEquals(123_456, Server.first(server.requests().get(before)));
    }
  }

  @Test
  void aServerWithoutRangesSendsAllAgain() throws Exception {
    final AtomicInteger answers = new AtomicInteger();
    try (Server server =
        new Server(
            (request, out) ->
                Server.answer(
                    out,
                    "HTTP/1.1 200 OK\nContent-Length: 300000",
                    Arrays.copyOf(CONTENT, answers.getAndIncrement() == 0 ? 1000 : 300_000)))) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
    }
  }

  @Test
  void wrongBytesAreRefusedAndNotKept() throws Exception {
    final byte[] wrong = CONTENT.clone();
    wrong[299_999] ^= 1;
    try (Server server = new Server((request, out) -> whole(out, wrong))) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("is not the published file"), sentence);
      assertEquals(0, Files.size(home.resolve(".set.fetch/file.gz")));
      assertFalse(Files.exists(home.resolve("set")));
    }
  }

  @Test
  void aWrongBeginningOfAnEarlierAttemptIsFetchedAgain() throws Exception {
    Files.createDirectories(home.resolve(".set.fetch"));
    Files.write(home.resolve(".set.fetch/file.gz"), new byte[500]);
    try (Server server =
        new Server(
            (request, out) -> {
              final int first = Server.first(request);
              Server.answer(
                  out,
                  head(first) + "Content-Length: %d".formatted(CONTENT.length - first),
                  Arrays.copyOfRange(CONTENT, first, CONTENT.length));
            })) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void aWrongLengthIsRefused() throws Exception {
    try (Server server = new Server((request, out) -> whole(out, new byte[17]))) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("has 17 bytes, the published file has 300,000"), sentence);
    }
  }

  @Test
  void moreThanTheFileHasIsRefused() throws Exception {
    // Without a length the body ends with the connection.
    try (Server server =
        new Server((request, out) -> Server.answer(out, "HTTP/1.1 200 OK", new byte[400_000]))) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("more than 300,000 bytes"), sentence);
      assertEquals(0, Files.size(home.resolve(".set.fetch/file.gz")));
    }
  }

  @Test
  void anotherPartThanWasAskedForIsNotUsed() throws Exception {
    Files.createDirectories(home.resolve(".set.fetch"));
    Files.write(home.resolve(".set.fetch/file.gz"), Arrays.copyOf(CONTENT, 500));
    try (Server server =
        new Server(
            (request, out) -> {
              if (Server.first(request) > 0) {
                Server.answer(
                    out,
                    "HTTP/1.1 206 Partial Content\nContent-Range: bytes 7-299999/300000\n"
                        + "Content-Length: 299993",
                    Arrays.copyOfRange(CONTENT, 7, CONTENT.length));
              } else {
                whole(out, CONTENT);
              }
            })) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
    }
  }

  @Test
  void aFileOfUnknownLengthIsCheckedToo() throws Exception {
    try (Server server = new Server((request, out) -> whole(out, CONTENT))) {
      assertTrue(fetch(server, set(0)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
    }
  }

  /** What is complete, but was not checked before the process ended. */
  @Test
  void nothingIsMissing() throws Exception {
    Files.createDirectories(home.resolve(".set.fetch"));
    Files.write(home.resolve(".set.fetch/file.gz"), CONTENT);
    try (Server server =
        new Server(
            (request, out) ->
                Server.answer(out, "HTTP/1.1 416 Range Not Satisfiable", new byte[0]))) {
      assertTrue(fetch(server, set(0)).run(new StopRequest()));
      assertArrayEquals(CONTENT, Files.readAllBytes(home.resolve("set/file.gz")));
    }
  }

  @Test
  void whatTheServerRefusesIsSaid() throws Exception {
    try (Server server =
        new Server(
            (request, out) ->
                Server.answer(out, "HTTP/1.1 404 Not Found\nContent-Length: 0", new byte[0]))) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.endsWith("file.gz: the server says 404 Not Found."), sentence);
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void aBusyServerIsAskedAgain() throws Exception {
    final AtomicInteger answers = new AtomicInteger();
    try (Server server =
        new Server(
            (request, out) -> {
              if (answers.getAndIncrement() < 3) {
                Server.answer(
                    out, "HTTP/1.1 503 Service Unavailable\nContent-Length: 0", new byte[0]);
              } else {
                whole(out, CONTENT);
              }
            })) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
    }
  }

  @Test
  void redirectionsAreFollowedButNotFromHttpsOrForEver() throws Exception {
    try (Server server =
        new Server(
            (request, out) -> {
              if (request.get(0).contains("/file.gz")) {
                Server.answer(
                    out,
                    "HTTP/1.1 302 Found\nLocation: /elsewhere\nContent-Length: 0",
                    new byte[0]);
              } else {
                whole(out, CONTENT);
              }
            })) {
      assertTrue(fetch(server, set(CONTENT.length)).run(new StopRequest()));
    }
    try (Server server =
        new Server(
            (request, out) ->
                Server.answer(
                    out, "HTTP/1.1 302 Found\nLocation: x\nContent-Length: 0", new byte[0]))) {
      final String sentence = refusal(fetch(server, another()));
      assertTrue(sentence.contains("redirects more than 10 times"), sentence);
    }
    try (Server server =
        new Server(
            (request, out) ->
                Server.answer(
                    out,
                    "HTTP/1.1 302 Found\nLocation: file:///etc/passwd\nContent-Length: 0",
                    new byte[0]))) {
      final String sentence = refusal(fetch(server, another()));
      assertTrue(sentence.contains("which nao does not follow"), sentence);
    }
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    Files.createDirectories(home.resolve("set"));
    try (Server server = new Server((request, out) -> whole(out, CONTENT))) {
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("is there already, and nothing is overwritten"), sentence);
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void oneProcessAtATime() throws Exception {
    Files.createDirectories(home.resolve(".set.fetch"));
    try (Server server = new Server((request, out) -> whole(out, CONTENT));
        FileChannel lock =
            FileChannel.open(
                home.resolve(".set.fetch/lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
      lock.lock();
      final String sentence = refusal(fetch(server, set(CONTENT.length)));
      assertTrue(sentence.contains("another process downloads set"), sentence);
    }
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    final Path other = Files.writeString(home.resolve("other"), "mine");
    Files.createDirectories(home.resolve(".set.fetch"));
    Files.createSymbolicLink(home.resolve(".set.fetch/file.gz"), other);
    try (Server server = new Server((request, out) -> whole(out, CONTENT))) {
      refusal(fetch(server, set(CONTENT.length)));
      assertEquals("mine", Files.readString(other));
    }
  }

  @Test
  void aStopKeepsWhatCame() throws Exception {
    final StopRequest stop = new StopRequest();
    try (Server server =
        new Server(
            (request, out) -> {
              Server.answer(
                  out, "HTTP/1.1 200 OK\nContent-Length: 300000", Arrays.copyOf(CONTENT, 70_000));
              out.flush();
              stop.request(StopRequest.Reason.INTERRUPT);
            })) {
      assertFalse(fetch(server, set(CONTENT.length)).run(stop));
      assertTrue(Files.exists(home.resolve(".set.fetch/file.gz")));
      assertFalse(Files.exists(home.resolve("set")));
    }
  }

  @Test
  void proxiesOfTheEnvironmentCount() throws Exception {
    try (Server proxy = new Server((request, out) -> whole(out, CONTENT))) {
      final PublishedSet set =
          new PublishedSet(
              "set",
              "a set",
              List.of(
                  new PublishedFile(
                      URI.create("http://data.example.org/file.gz"),
                      CONTENT.length,
                      md5(CONTENT))));
      final Map<String, String> environment =
          Map.of("http_proxy", "http://127.0.0.1:" + proxy.port());
      assertTrue(
          new Fetch(set, home, Optional.empty(), environment, Duration.ZERO)
              .run(new StopRequest()));
      assertEquals("GET http://data.example.org/file.gz HTTP/1.1", proxy.requests().get(0).get(0));
    }
  }

  @Test
  void mirrorsAreAddresses() {
    for (final String wrong : List.of("data", "file:///data", "ftp://example.org", "http://")) {
      final String sentence =
          assertThrows(
                  UserException.class,
                  () -> new Fetch(set(1), home, Optional.of(wrong), Map.of(), Duration.ZERO))
              .getMessage();
      assertTrue(sentence.startsWith("--mirror is '" + wrong), sentence);
    }
  }

  private Fetch fetch(Server server, PublishedSet set) {
    return new Fetch(
        set, home, Optional.of(server.address("").toString()), Map.of(), Duration.ofMillis(1));
  }

  private static PublishedSet set(int bytes) {
    return set("set", bytes);
  }

  private static PublishedSet another() {
    return set("another", CONTENT.length);
  }

  private static PublishedSet set(String name, int bytes) {
    return new PublishedSet(
        name,
        "a set",
        List.of(new PublishedFile(URI.create("http://127.0.0.1/file.gz"), bytes, md5(CONTENT))));
  }

  private static String head(int first) {
    return first == 0
        ? "HTTP/1.1 200 OK\n"
        : "HTTP/1.1 206 Partial Content\nContent-Range: bytes %d-%d/%d\n"
            .formatted(first, CONTENT.length - 1, CONTENT.length);
  }

  private static void whole(OutputStream out, byte[] content) throws IOException {
    Server.answer(out, "HTTP/1.1 200 OK\nContent-Length: " + content.length, content);
  }

  private static String refusal(Fetch fetch) {
    return assertThrows(RuntimeException.class, () -> fetch.run(new StopRequest())).getMessage();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
