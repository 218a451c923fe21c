package org.nao.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nao.error.UserException;
import org.nao.run.RunException;

class PageServerTest {
  private final AtomicReference<String> text = new AtomicReference<>("<p>first</p>");
  private final PageServer server =
      new PageServer(
          0,
          () -> {
            if (text.get().isEmpty()) {
              throw new RunException("events.jsonl: cannot be read.");
            }
            return new PageServer.Version(text.get(), "tag-" + text.get().length());
          });
  private final URI address = URI.create(server.address());

  @AfterEach
  void close() {
    server.close();
  }

  /** All that the server says to a request, as it goes over the line. */
  private String ask(String method, String path, String host, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      final String request =
          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
              .formatted(method, path, host, String.join("", headers));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .lines()
          .collect(Collectors.joining("\n"));
    }
  }

  private String get(String... headers) throws IOException {
    return ask("GET", address.getPath(), address.getAuthority(), headers);
  }

  @Test
  void thePageIsGivenAndThenOnlyWhatIsNew() throws IOException {
    assertThat(server.hasGiven("tag-12")).isFalse();
    assertThat(get()).startsWith("HTTP/1.1 200").contains("\"tag-12\"").endsWith("<p>first</p>");
    assertThat(server.hasGiven("tag-12")).isTrue();
    assertThat(get("If-None-Match: \"tag-12\"\r\n"))
        .startsWith("HTTP/1.1 304")
        .doesNotContain("first");
    text.set("<p>another</p>");
    assertThat(get("If-None-Match: \"tag-12\"\r\n")).endsWith("<p>another</p>");
  }

  @Test
  void nothingElseIsThere() throws IOException {
    final String host = address.getAuthority();
    for (final String path :
        new String[] {"/", address.getPath() + "/", address.getPath() + "?a", "/../etc/passwd"}) {
      assertThat(ask("GET", path, host))
          .as(path)
          .startsWith("HTTP/1.1 404")
          .doesNotContain("first");
    }
    assertThat(ask("GET", address.getPath(), "evil.example:" + address.getPort()))
        .startsWith("HTTP/1.1 421")
        .doesNotContain("first");
    assertThat(ask("POST", address.getPath(), host)).startsWith("HTTP/1.1 405");
  }

  @Test
  void onlyThisMachineIsListenedTo() {
    assertThat(address.getHost()).isEqualTo("127.0.0.1");
    assertThat(address.getPath()).matches("/[A-Za-z0-9_-]{22}");
    try (PageServer other = new PageServer(0, () -> new PageServer.Version("", ""))) {
      assertThat(URI.create(other.address()).getPath()).isNotEqualTo(address.getPath());
    }
  }

  @Test
  void whatCannotBeReadIsSaidAndTheNextRequestIsAnswered() throws IOException {
    text.set("");
    assertThat(get()).startsWith("HTTP/1.1 500").endsWith("events.jsonl: cannot be read.");
    text.set("<p>back</p>");
    assertThat(get()).startsWith("HTTP/1.1 200");
  }

  @Test
  void aTakenPortIsOneSentence() {
    assertThatThrownBy(
            () -> new PageServer(address.getPort(), () -> new PageServer.Version("", "")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--port is " + address.getPort());
  }
}
