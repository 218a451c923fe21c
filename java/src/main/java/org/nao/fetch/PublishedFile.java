package org.nao.fetch;

import java.net.URI;

/**
 * A file that the authors of a data set publish.
 *
 * @param home its address
 * @param bytes its length, 0 where it is not published
 * @param md5 its checksum as published, 32 lower-case hexadecimal digits
 */
public record PublishedFile(URI home, long bytes, String md5) {
  /** The last part of the address. */
  public String name() {
    final String path = home.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
