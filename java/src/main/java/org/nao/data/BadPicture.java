package org.nao.data;

/** A file that holds no picture that can be used; the message ends a sentence about the file. */
final class BadPicture extends Exception {
  private static final long serialVersionUID = 1L;

  BadPicture(String message) {
    super(message);
  }
}
