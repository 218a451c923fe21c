package org.nao.page;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Pictures within a page: what they hold, styles too, stays within them. */
final class Picture {
  private Picture() {}

  /** An SVG document as an address. */
  static String data(String svg) {
    return "data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
  }
}
