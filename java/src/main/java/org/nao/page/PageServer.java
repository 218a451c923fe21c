package org.nao.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.nao.error.UserException;
import org.nao.run.IoFailure;
import org.nao.run.RunException;

/**
 * Gives a page to browsers of this machine. Only those get it who know the address, which has a
 * random part, and ask for it by that address; there is nothing else to be had.
 */
public final class PageServer implements AutoCloseable {
  private static final int TOKEN_BYTES = 16;
  private static final int MISDIRECTED = 421;

  private final HttpServer server;
  private final String path;
  private final String host;
  private final Supplier<Version> versions;

  /** The version that a browser got last. */
  private volatile String given = "";

  /**
   * A page as it is now.
   *
   * @param tag differs where the page does
   */
  public record Version(String html, String tag) {}

  /**
   * Begins to serve.
   *
   * @param port 0: any that is free
   * @param versions is asked for the page at every request, by one thread at a time; what it throws
   *     a browser is told
   * @throws UserException if the port is taken
   */
  public PageServer(int port, Supplier<Version> versions) {
    this.versions = versions;
    final byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    path = "/" + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    final InetAddress here = InetAddress.getLoopbackAddress();
    try {
      server = HttpServer.create(new InetSocketAddress(here, port), 0);
    } catch (IOException e) {
      throw new UserException(
          "--port is %d, which cannot be used (%s)".formatted(port, IoFailure.reason(e)), e);
    }
    host = here.getHostAddress() + ":" + server.getAddress().getPort();
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where the page is. */
  public String address() {
    return "http://" + host + path;
  }

  /** Whether a browser has got this version. */
  public boolean hasGiven(String tag) {
    return given.equals(tag);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      final String asked = exchange.getRequestHeaders().getFirst("Host");
      if (!host.equals(asked)) {
        // A page from elsewhere whose name leads here.
        exchange.sendResponseHeaders(MISDIRECTED, -1);
      } else if (!exchange.getRequestURI().toString().equals(path)) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_FOUND, -1);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_BAD_METHOD, -1);
      } else {
        page(exchange);
      }
    }
  }

  private void page(HttpExchange exchange) throws IOException {
    final Headers headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("X-Content-Type-Options", "nosniff");
    final Version version;
    try {
      version = versions.get();
    } catch (RunException | UserException e) {
      headers.set("Content-Type", "text/plain; charset=utf-8");
      send(exchange, HttpURLConnection.HTTP_INTERNAL_ERROR, e.getMessage());
      return;
    }
    final String tag = '"' + version.tag() + '"';
    headers.set("ETag", tag);
    if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_MODIFIED, -1);
    } else {
      headers.set("Content-Type", "text/html; charset=utf-8");
      send(exchange, HttpURLConnection.HTTP_OK, version.html());
    }
    given = version.tag();
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
