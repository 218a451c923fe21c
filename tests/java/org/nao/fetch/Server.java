package org.nao.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server whose answers a test writes, byte by byte. */
final class Server implements AutoCloseable {
  /** What it answers to one request. */
  @FunctionalInterface
  interface Answer {
    /**
     * Writes head and body.
     *
     * @param request the request's head, a line each
     */
    void write(List<String> request, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final List<List<String>> requests = new CopyOnWriteArrayList<>();

  Server(Answer answer) throws IOException {
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    final Thread thread = new Thread(() -> serve(answer), "server");
    thread.setDaemon(true);
    thread.start();
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:%d/%s".formatted(socket.getLocalPort(), path));
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The heads of all requests so far. */
  List<List<String>> requests() {
    return requests;
  }

  /** A head, then a body. */
  static void answer(OutputStream out, String head, byte[] body) throws IOException {
    out.write((head.replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
  }

  /** The first byte that a request wants. */
  static int first(List<String> request) {
    return request.stream()
        .filter(line -> line.startsWith("Range: bytes="))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private void serve(Answer answer) {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        final BufferedReader in =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        final List<String> head = in.lines().takeWhile(line -> !line.isEmpty()).toList();
        requests.add(head);
        answer.write(head, connection.getOutputStream());
        connection.getOutputStream().flush();
      } catch (IOException e) {
        // A client that gave up, or the end.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
