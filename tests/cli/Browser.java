import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a page in Chromium: {@code Browser CHROMIUM ADDRESS FOLDER [PICTURES]}. In narrow and wide windows, light and
 * dark, nothing may be wider than the window, the console must stay empty, nothing may be loaded besides the page, and
 * the first chart must tell its points to somebody who has a keyboard only. FOLDER is for Chromium's own files; with
 * PICTURES, a folder, the page is saved there as it looks. Ends with 1 and says what is wrong.
 */
public final class Browser {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int[] WIDTHS = {360, 768, 1280};
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> answers;
  private final List<String> complaints;
  private int calls;

  private Browser(
      WebSocket socket, Map<Integer, CompletableFuture<JsonNode>> answers, List<String> complaints) {
    this.socket = socket;
    this.answers = answers;
    this.complaints = complaints;
  }

  public static void main(String[] arguments) throws Exception {
    final String page = arguments[1];
    final Process chromium =
        new ProcessBuilder(
                arguments[0],
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + arguments[2],
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    final List<String> problems = new ArrayList<>();
    try {
      final Browser browser = open(chromium);
      for (final int width : WIDTHS) {
        for (final String scheme : List.of("light", "dark")) {
          for (final String problem : browser.look(page, width, scheme)) {
            problems.add("%d pixels, %s: %s".formatted(width, scheme, problem));
          }
          if (arguments.length > 3) {
            browser.save(Path.of(arguments[3], "%d-%s.png".formatted(width, scheme)), width);
          }
        }
      }
    } finally {
      chromium.descendants().forEach(ProcessHandle::destroy);
      chromium.destroy();
      chromium.waitFor();
    }
    problems.forEach(System.out::println);
    System.exit(problems.isEmpty() ? 0 : 1);
  }

  private static Browser open(Process chromium) throws Exception {
    final BufferedReader errors =
        new BufferedReader(new InputStreamReader(chromium.getErrorStream()));
    final String mark = "DevTools listening on ";
    String line = errors.readLine();
    while (line != null && !line.startsWith(mark)) {
      line = errors.readLine();
    }
    if (line == null) {
      throw new IOException("chromium did not start");
    }
    final Thread drain = new Thread(() -> drain(errors));
    drain.setDaemon(true);
    drain.start();
    final HttpClient client = HttpClient.newHttpClient();
    final URI list = URI.create("http://127.0.0.1:" + URI.create(line.substring(mark.length())).getPort() + "/json/list");
    final JsonNode targets =
        MAPPER.readTree(
            client.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString()).body());
    String address = "";
    for (final JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        address = target.path("webSocketDebuggerUrl").asText();
      }
    }
    final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    final WebSocket socket =
        client.newWebSocketBuilder().buildAsync(URI.create(address), new Messages(answers, complaints)).join();
    final Browser browser = new Browser(socket, answers, complaints);
    for (final String domain : List.of("Page", "Runtime", "Log", "Network")) {
      browser.call(domain + ".enable", Map.of());
    }
    return browser;
  }

  /** Chromium waits where nobody reads what it has to say. */
  private static void drain(BufferedReader errors) {
    try {
      while (errors.readLine() != null) {
        continue;
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** What is wrong with the page in a window of a width. */
  private List<String> look(String page, int width, String scheme) throws Exception {
    complaints.clear();
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    call("Page.navigate", Map.of("url", page));
    until("document.readyState === 'complete' && document.querySelector('.tip')");
    final List<String> problems = new ArrayList<>();
    expect(problems, "document.documentElement.scrollWidth <= innerWidth", "the page is wider than the window");
    expect(
        problems,
        "[...document.querySelectorAll('main :not(.scroll *, pre *, .tip)')]"
            + ".every(e => e.closest('details:not([open])') || e.closest('.scroll') || e.getBoundingClientRect().right <= innerWidth + 1)",
        "something reaches out of the window");
    expect(
        problems,
        "matchMedia('(prefers-color-scheme: dark)').matches === "
            + "(getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)')",
        "the colours are not those that the reader wants");
    keyboard(problems);
    problems.addAll(complaints);
    return problems;
  }

  /** Goes to the first chart by the tab key and through its points by arrow keys. */
  private void keyboard(List<String> problems) throws Exception {
    final String focused = "document.activeElement.matches('svg.marks')";
    for (int i = 0; i < 60 && !evaluate(focused).asBoolean(); i++) {
      key("Tab");
    }
    expect(problems, focused, "the tab key does not reach a chart");
    final String tip = "document.activeElement.parentElement.querySelector('.tip')";
    expect(problems, tip + " && !" + tip + ".hidden", "a chart in focus shows no details");
    final String first = evaluate(tip + ".textContent").asText();
    key("ArrowRight");
    final String second = evaluate(tip + ".textContent").asText();
    key("End");
    final String last = evaluate(tip + ".textContent").asText();
    if (first.isEmpty() || first.equals(second) || second.equals(last)) {
      problems.add("arrow keys do not change what a chart tells: " + List.of(first, second, last));
    }
    expect(
        problems,
        "(r => r.left >= 0 && r.right <= innerWidth)(" + tip + ".getBoundingClientRect())",
        "details reach out of the window");
    key("Escape");
    expect(problems, tip + ".hidden", "the escape key does not hide details");
  }

  private void key(String name) throws Exception {
    final int code = Map.of("Tab", 9, "ArrowRight", 39, "End", 35, "Escape", 27).get(name);
    for (final String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", name, "code", name, "windowsVirtualKeyCode", code));
    }
  }

  private void save(Path file, int width) throws Exception {
    final JsonNode size = call("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    final JsonNode picture =
        call(
            "Page.captureScreenshot",
            Map.of(
                "captureBeyondViewport",
                true,
                "clip",
                Map.of("x", 0, "y", 0, "width", width, "height", size.path("height").asInt(), "scale", 1)));
    Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
  }

  private void expect(List<String> problems, String expression, String problem) throws Exception {
    if (!evaluate("!!(" + expression + ")").asBoolean()) {
      problems.add(problem);
    }
  }

  private void until(String expression) throws Exception {
    final long end = System.nanoTime() + LONGEST.toNanos();
    while (!evaluate("!!(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException("the page did not come to: " + expression);
      }
      Thread.sleep(50);
    }
  }

  private JsonNode evaluate(String expression) throws Exception {
    return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
        .path("result")
        .path("value");
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    final int id = ++calls;
    final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    final ObjectNode message = MAPPER.createObjectNode();
    message.put("id", id).put("method", method).set("params", MAPPER.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    final JsonNode reply = answer.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    if (reply.has("error")) {
      throw new IOException(method + ": " + reply.path("error"));
    }
    return reply.path("result");
  }

  /** Answers go to who asked; what the console would show, and requests, are complaints. */
  private record Messages(Map<Integer, CompletableFuture<JsonNode>> answers, List<String> complaints, StringBuilder text)
      implements WebSocket.Listener {
    Messages(Map<Integer, CompletableFuture<JsonNode>> answers, List<String> complaints) {
      this(answers, complaints, new StringBuilder());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        message(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    private void message(String text) {
      final JsonNode message;
      try {
        message = MAPPER.readTree(text);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      if (message.has("id")) {
        answers.remove(message.path("id").asInt()).complete(message);
        return;
      }
      final JsonNode found = message.path("params");
      switch (message.path("method").asText()) {
        case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
            complaints.add("the console says " + found);
        case "Network.requestWillBeSent" -> {
          final String address = found.path("request").path("url").asText();
          if (!address.startsWith("file:") && !address.startsWith("data:") && !address.startsWith("about:")) {
            complaints.add("the page asks for " + address);
          }
        }
        default -> {}
      }
    }
  }
}
