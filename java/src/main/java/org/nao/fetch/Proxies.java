package org.nao.fetch;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nao.error.UserException;

/**
 * Proxies as shells name them: {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and
 * {@code no_proxy}, in small letters or, but for the first, capitals. Where none is set Java's own
 * properties count, such as {@code -Dhttps.proxyHost}.
 */
final class Proxies {
  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> environment;

  /**
   * @param environment of the process
   */
  Proxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * The proxy for an address.
   *
   * @throws UserException if a variable holds no address of a proxy
   */
  Proxy of(URI address) {
    final String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    // A server that runs programs sets HTTP_PROXY from a header of the request: nobody reads it.
    final String variable =
        scheme.equals("http") ? first("http_proxy") : first("https_proxy", "HTTPS_PROXY");
    final String name = variable == null ? first("all_proxy", "ALL_PROXY") : variable;
    if (name == null) {
      final List<Proxy> known = ProxySelector.getDefault().select(address);
      return known.isEmpty() ? Proxy.NO_PROXY : known.get(0);
    }
    return isExcepted(address.getHost()) ? Proxy.NO_PROXY : parsed(name, environment.get(name));
  }

  /** The first of these variables that is set. */
  private String first(String... names) {
    for (final String name : names) {
      if (!environment.getOrDefault(name, "").isBlank()) {
        return name;
      }
    }
    return null;
  }

  private boolean isExcepted(String host) {
    final String name = first("no_proxy", "NO_PROXY");
    if (name == null) {
      return false;
    }
    for (final String each : environment.get(name).split("[,\\s]+")) {
      final String domain = each.startsWith(".") ? each.substring(1) : each;
      if (each.equals("*")
          || !domain.isEmpty()
              && (host.equalsIgnoreCase(domain)
                  || host.toLowerCase(Locale.ROOT)
                      .endsWith("." + domain.toLowerCase(Locale.ROOT)))) {
        return true;
      }
    }
    return false;
  }

  private static Proxy parsed(String variable, String text) {
    try {
      final URI address = new URI(text.contains("://") ? text : "http://" + text);
      final String scheme = address.getScheme().toLowerCase(Locale.ROOT);
      if (address.getHost() != null && address.getUserInfo() == null) {
        final InetSocketAddress at =
            new InetSocketAddress(
                address.getHost(), address.getPort() < 0 ? DEFAULT_PORT : address.getPort());
        if (scheme.equals("http")) {
          return new Proxy(Proxy.Type.HTTP, at);
        }
        if (scheme.startsWith("socks")) {
          return new Proxy(Proxy.Type.SOCKS, at);
        }
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Said below, without the text: it may hold a password.
    }
    throw new UserException(
        variable
            + " is no proxy that nao can use: expected http://HOST:PORT or socks5://HOST:PORT,"
            + " without a user name.");
  }
}
