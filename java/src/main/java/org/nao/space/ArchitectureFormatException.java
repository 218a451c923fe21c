package org.nao.space;

import org.nao.error.UserException;

/** A text is not an architecture; the message says where, what was found and what is allowed. */
public final class ArchitectureFormatException extends UserException {

  private static final long serialVersionUID = 1L;

  ArchitectureFormatException(String message) {
    super(message);
  }

  ArchitectureFormatException(String where, String found, String allowed) {
    super(where + ": found '" + found + "', allowed: " + allowed);
  }
}
