package org.nao.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nao.error.UserException;

class ProxiesTest {
  private static final URI HTTP = URI.create("http://data.example.org/a");
  private static final URI HTTPS = URI.create("https://data.example.org/a");

  @Test
  void eachSchemeHasItsVariable() {
    final Proxies proxies =
        new Proxies(
            Map.of(
                "http_proxy", "http://one:3128/",
                "HTTPS_PROXY", "two",
                "all_proxy", "socks5://three:1080"));
    assertEquals("HTTP one 3128", text(proxies.of(HTTP)));
    assertEquals("HTTP two 80", text(proxies.of(HTTPS)));
    assertEquals(
        "SOCKS three 1080",
        text(new Proxies(Map.of("all_proxy", "socks5://three:1080")).of(HTTPS)));
  }

  /** A server that runs programs sets it from a header of the request. */
  @Test
  void capitalsAreNotReadForHttp() {
    assertEquals(Proxy.NO_PROXY, new Proxies(Map.of("HTTP_PROXY", "http://one:3128")).of(HTTP));
  }

  @Test
  void someHostsNeedNone() {
    for (final String excepted :
        List.of("*", "example.org", ".example.org", "a.b,data.example.org", "x DATA.example.ORG")) {
      assertEquals(
          Proxy.NO_PROXY,
          new Proxies(Map.of("https_proxy", "http://one:1", "no_proxy", excepted)).of(HTTPS),
          excepted);
    }
    for (final String other :
        List.of("ample.org", "org.example", "", ",", "more.data.example.org")) {
      assertEquals(
          "HTTP one 1",
          text(new Proxies(Map.of("https_proxy", "http://one:1", "no_proxy", other)).of(HTTPS)),
          other);
    }
  }

  @Test
  void whatIsNoProxyIsNamedWithoutItsText() {
    for (final String wrong :
        List.of("http://user:secret@one:1", "ftp://secret:1", "http://secret:x", "http://")) {
      final String sentence =
          assertThrows(
                  UserException.class, () -> new Proxies(Map.of("https_proxy", wrong)).of(HTTPS))
              .getMessage();
      assertFalse(sentence.contains("secret"), sentence);
      assertEquals("https_proxy is no proxy", sentence.substring(0, 23));
    }
  }

  private static String text(Proxy proxy) {
    final InetSocketAddress at = (InetSocketAddress) proxy.address();
    return proxy.type() + " " + at.getHostString() + " " + at.getPort();
  }
}
