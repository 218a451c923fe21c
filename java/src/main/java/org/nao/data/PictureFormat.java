package org.nao.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The formats of pictures that are read, told by how a file begins, whatever its name says. What
 * the format itself tells of damage is found here, before a decoder sees the file.
 */
enum PictureFormat {
  PNG("png") {
    @Override
    boolean begins(byte[] file) {
      return hasWord(file, 0, "\u0089PNG\r\n\u001a\n");
    }

    /** Without what only describes the picture, such as colour profiles. */
    @Override
    byte[] checked(byte[] file) throws BadPicture {
      final ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
      kept.write(file, 0, PNG_BEGIN);
      int start = PNG_BEGIN;
      String type = "";
      while (!type.equals("IEND")) {
        if (file.length - start < PNG_CHUNK) {
          throw new BadPicture(CUT_SHORT);
        }
        final long length = number(file, start) & 0xffffffffL;
        if (length > file.length - start - PNG_CHUNK) {
          throw new BadPicture(CUT_SHORT);
        }
        final int end = start + PNG_CHUNK + (int) length;
        final CRC32 sum = new CRC32();
        sum.update(file, start + Integer.BYTES, Integer.BYTES + (int) length);
        if ((int) sum.getValue() != number(file, end - Integer.BYTES)) {
          throw new BadPicture(DAMAGED);
        }
        type = text(file, start + Integer.BYTES, Integer.BYTES);
        if (PNG_KEPT.contains(type)) {
          kept.write(file, start, end - start);
        }
        start = end;
      }
      return kept.toByteArray();
    }
  },
  JPEG("jpg", "jpeg") {
    @Override
    boolean begins(byte[] file) {
      return hasWord(file, 0, "\u00ff\u00d8\u00ff");
    }

    /** Its last marker must be there; thumbnails have one, too, but not behind the first scan. */
    @Override
    byte[] checked(byte[] file) throws BadPicture {
      int scan = 2;
      while (scan + 4 <= file.length && (file[scan + 1] & 0xff) != START_OF_SCAN) {
        if (file[scan] != (byte) 0xff) {
          throw new BadPicture(DAMAGED);
        }
        final boolean fill = file[scan + 1] == (byte) 0xff;
        scan += fill ? 1 : 2 + ((file[scan + 2] & 0xff) << 8 | file[scan + 3] & 0xff);
      }
      for (int i = file.length - 2; i > scan; i--) {
        if (file[i] == (byte) 0xff && (file[i + 1] & 0xff) == END_OF_IMAGE) {
          return file;
        }
      }
      throw new BadPicture(CUT_SHORT);
    }
  },
  BMP("bmp") {
    @Override
    boolean begins(byte[] file) {
      return hasWord(file, 0, "BM");
    }

    @Override
    byte[] checked(byte[] file) {
      return file;
    }
  },
  WEBP("webp") {
    @Override
    boolean begins(byte[] file) {
      return hasWord(file, 0, "RIFF") && hasWord(file, 8, "WEBP");
    }

    @Override
    byte[] checked(byte[] file) throws BadPicture {
      final long length = Integer.reverseBytes(number(file, Integer.BYTES)) & 0xffffffffL;
      if (length + 2 * Integer.BYTES > file.length) {
        throw new BadPicture(CUT_SHORT);
      }
      return file;
    }
  };

  static final String DAMAGED = "is damaged";
  private static final String CUT_SHORT = "is cut short";
  private static final int PNG_BEGIN = 8;
  private static final int PNG_CHUNK = 3 * Integer.BYTES;
  private static final Set<String> PNG_KEPT = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  private final List<String> endings;

  PictureFormat(String... endings) {
    this.endings = List.of(endings);
  }

  /** Whether a file has a name of a picture. */
  static boolean names(String file) {
    final String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    for (final PictureFormat format : values()) {
      if (format.endings.contains(ending)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The format of a file.
   *
   * @throws BadPicture if it is of none
   */
  static PictureFormat of(byte[] file) throws BadPicture {
    for (final PictureFormat format : values()) {
      if (format.begins(file)) {
        return format;
      }
    }
    throw new BadPicture(
        file.length == 0 ? "is empty" : "holds no picture in PNG, JPEG, BMP or WebP");
  }

  abstract boolean begins(byte[] file);

  /**
   * What a decoder is to read.
   *
   * @throws BadPicture if the file is cut short or damaged
   */
  abstract byte[] checked(byte[] file) throws BadPicture;

  static boolean hasWord(byte[] file, int at, String word) {
    return file.length >= at + word.length() && text(file, at, word.length()).equals(word);
  }

  static String text(byte[] file, int at, int length) {
    return new String(file, at, length, StandardCharsets.ISO_8859_1);
  }

  static int number(byte[] file, int at) {
    return ByteBuffer.wrap(file).getInt(at);
  }
}
