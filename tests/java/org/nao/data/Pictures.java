package org.nao.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Writes small pictures. */
public final class Pictures {
  private Pictures() {}

  /** A picture whose pixels all have a colour, 0xRRGGBB, as the file's ending says. */
  public static void write(Path file, int width, int height, int colour) throws IOException {
    final BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour);
      }
    }
    write(file, image);
  }

  /** The pictures that another library wrote, one of each kind. */
  public static void golden(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (final String name :
        new String[] {
          "rgb.png",
          "palette.png",
          "grey-alpha.png",
          "rgb.bmp",
          "palette.bmp",
          "rgb.jpg",
          "progressive.jpeg",
          "cmyk.jpg",
          "rgb.webp",
          "lossy.webp",
          "alpha.webp"
        }) {
      try (InputStream stream = Pictures.class.getResourceAsStream("/golden/pictures/" + name)) {
        Files.write(folder.resolve(name), stream.readAllBytes());
      }
    }
  }

  /** A picture of the kind that Java's library makes of an image. */
  static void write(Path file, BufferedImage image) throws IOException {
    Files.createDirectories(file.getParent());
    final String name = file.toString();
    if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
      throw new IOException("no writer for " + name);
    }
  }

  /**
   * A folder of two classes, {@code dark} and {@code light}, of pictures of 8 x 8 pixels in one
   * grey or colour each, {@code count} of each class in {@code train} and half as many in {@code
   * test}.
   */
  public static void folder(Path folder, int count, boolean coloured) throws IOException {
    for (int label = 0; label < 2; label++) {
      for (int i = 0; i < count + count / 2; i++) {
        final int level = label * 128 + i * 64 / count;
        write(
            folder
                .resolve(i < count ? "train" : "test")
                .resolve(label == 0 ? "dark" : "light")
                .resolve("%02d.png".formatted(i)),
            8,
            8,
            coloured ? level << 16 | level : level * 0x10101);
      }
    }
  }

  /** A PNG file that says it has such sides, with pixels of one grey for the first rows only. */
  static byte[] png(int width, int height, byte[] pixels) {
    final ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {8, 0, 0, 0, 0});
    final Deflater deflater = new Deflater();
    deflater.setInput(pixels);
    deflater.finish();
    final byte[] packed = new byte[pixels.length + 64];
    final int length = deflater.deflate(packed);
    deflater.end();
    final ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(file, "IHDR", header.array());
    chunk(file, "IDAT", Arrays.copyOf(packed, length));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
    final CRC32 sum = new CRC32();
    sum.update(type.getBytes(StandardCharsets.US_ASCII));
    sum.update(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    file.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
