package org.nao.data;

import java.util.concurrent.Semaphore;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/** Decodes files of pictures with Leptonica, which nothing else touches. */
final class PictureDecoder {
  /** No larger picture is decoded, whatever a file says of itself. */
  static final long MOST_PIXELS = 100_000_000;

  /** Pixels that all threads together may decode at a time, so that memory is enough for them. */
  private static final int THOUSANDS_AT_A_TIME = 200_000;

  private static final Semaphore THOUSANDS = new Semaphore(THOUSANDS_AT_A_TIME, true);
  private static final int PIXELS_OF_PERMIT = 1000;
  private static final int SILENT = 6;
  private static final int OPAQUE_CHANNELS = 3;

  /** By how much decoders of JPEG can make a picture smaller while they decode it. */
  private static final int MOST_REDUCTION = 8;

  private static QuietDecoders quiet;

  /** Why Leptonica cannot be loaded; empty: it is. */
  private static final String PROBLEM = load();

  private PictureDecoder() {}

  private static String load() {
    try {
      leptonica.setMsgSeverity(SILENT);
      quiet = new QuietDecoders(leptonica.lept_fopen("/dev/null", "w"));
      return "";
    } catch (LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage());
    }
  }

  /**
   * The size of a picture.
   *
   * @param width in pixels
   * @param height in pixels
   */
  record Size(int width, int height) {
    int shorter() {
      return Math.min(width, height);
    }
  }

  /**
   * The size that a file says its picture has.
   *
   * @throws BadPicture if it is none, or too large
   */
  static Size size(byte[] file) throws BadPicture {
    return checkedSize(PictureFormat.of(file).checked(file));
  }

  private static Size checkedSize(byte[] checked) throws BadPicture {
    if (!PROBLEM.isEmpty()) {
      throw new DataException("the decoder of pictures cannot be loaded: " + PROBLEM);
    }
    final int[] width = new int[1];
    final int[] height = new int[1];
    final int[] unused = new int[1];
    final int failed =
        quiet.call(
            () ->
                leptonica.pixReadHeaderMem(
                    checked,
                    checked.length,
                    new int[1],
                    width,
                    height,
                    unused,
                    new int[1],
                    new int[1]));
    if (failed != 0 || width[0] < 1 || height[0] < 1) {
      throw new BadPicture(PictureFormat.DAMAGED);
    }
    if ((long) width[0] * height[0] > MOST_PIXELS) {
      throw new BadPicture(
          "says that it has %,d x %,d pixels, more than the %,d that nao reads"
              .formatted(width[0], height[0], MOST_PIXELS));
    }
    return new Size(width[0], height[0]);
  }

  /**
   * The pixels of a file, grey as three equal colours, transparent ones before white.
   *
   * @param least side in pixels that is wanted of it: where the shorter side is many times as long,
   *     it may come smaller, but no smaller than twice that
   * @throws BadPicture if the file is none, too large, cut short or damaged
   */
  static Picture decode(byte[] file, int least) throws BadPicture {
    final PictureFormat format = PictureFormat.of(file);
    final byte[] checked = format.checked(file);
    final Size size = checkedSize(checked);
    final int permits = 1 + (int) ((long) size.width * size.height / PIXELS_OF_PERMIT);
    THOUSANDS.acquireUninterruptibly(permits);
    try {
      return converted(decoded(format, checked, reduction(size, least)));
    } finally {
      THOUSANDS.release(permits);
    }
  }

  private static int reduction(Size size, int least) {
    int reduction = 1;
    while (reduction < MOST_REDUCTION && size.shorter() / (2 * reduction) >= 2 * least) {
      reduction *= 2;
    }
    return reduction;
  }

  private static PIX decoded(PictureFormat format, byte[] file, int reduction) {
    return quiet.call(
        () ->
            switch (format) {
              case PNG -> leptonica.pixReadMemPng(file, file.length);
              case JPEG -> leptonica.pixReadMemJpeg(file, file.length, 0, reduction, new int[1], 0);
              case BMP -> leptonica.pixReadMemBmp(file, file.length);
              case WEBP -> leptonica.pixReadMemWebP(file, file.length);
            });
  }

  /** Takes the pixels out; frees what was decoded. */
  private static Picture converted(PIX decoded) throws BadPicture {
    PIX opaque = null;
    PIX colours = null;
    try {
      opaque = present(decoded);
      if (leptonica.pixGetSpp(decoded) > OPAQUE_CHANNELS) {
        opaque = present(leptonica.pixRemoveAlpha(decoded));
      }
      colours = present(leptonica.pixConvertTo32(opaque));
      final int width = leptonica.pixGetWidth(colours);
      final int height = leptonica.pixGetHeight(colours);
      final IntPointer data = leptonica.pixGetData(colours);
      final int[] pixels = new int[width * height];
      if (leptonica.pixGetWpl(colours) != width) {
        throw new IllegalStateException("pixels of 32 bits fill their rows");
      }
      data.get(pixels);
      return new Picture(width, height, pixels);
    } finally {
      destroy(colours);
      if (opaque != decoded) {
        destroy(opaque);
      }
      destroy(decoded);
    }
  }

  private static PIX present(PIX pix) throws BadPicture {
    if (pix == null || pix.isNull()) {
      throw new BadPicture(PictureFormat.DAMAGED);
    }
    return pix;
  }

  private static void destroy(PIX pix) {
    if (pix != null && !pix.isNull()) {
      leptonica.pixDestroy(pix);
    }
  }
}
