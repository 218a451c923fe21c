package org.nao.run;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine is called. */
public final class HostName {
  private HostName() {}

  /** Its name, as far as it has one. */
  public static String ofThisMachine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
