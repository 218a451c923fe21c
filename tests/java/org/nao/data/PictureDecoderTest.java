package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of the golden pictures were written by another library (Pillow): 16 x 8 pixels, those
 * in colour (15 x, 30 y, 128), grey ones 10 x + 10 y; in {@code alpha} the left half is
 * transparent.
 */
class PictureDecoderTest {
  private static final int WIDTH = 16;
  private static final int HEIGHT = 8;

  /** Loss of the lossy formats at these qualities. */
  @ParameterizedTest
  @CsvSource({
    "rgb.png, 0",
    "palette.png, 0",
    "rgb.bmp, 0",
    "palette.bmp, 0",
    "rgb.webp, 0",
    "rgb.jpg, 2",
    "progressive.jpeg, 2",
    "cmyk.jpg, 3",
    "lossy.webp, 24"
  })
  void coloursAreThoseOfThePicture(String name, int tolerance) throws Exception {
    final byte[] planes = decode(name).planes();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertNear(planes, x, y, 0, 15 * x, tolerance);
        assertNear(planes, x, y, 1, 30 * y, tolerance);
        assertNear(planes, x, y, 2, 128, tolerance);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"grey.png, 0", "grey.bmp, 0", "grey16.png, 0", "grey.jpg, 1"})
  void greysHaveEqualColours(String name, int tolerance) throws Exception {
    final byte[] planes = decode(name).planes();
    assertThat(Greys.are(planes, 0, WIDTH * HEIGHT)).isTrue();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertNear(planes, x, y, 0, 10 * x + 10 * y, tolerance);
      }
    }
  }

  @Test
  void bitsAreBlackAndWhite() throws Exception {
    final byte[] planes = decode("bits.png").planes();
    assertNear(planes, 0, 0, 0, 0, 0);
    assertNear(planes, 1, 0, 0, 255, 0);
    assertNear(planes, 0, 1, 2, 255, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha.png", "alpha.webp"})
  void transparentPixelsAreWhite(String name) throws Exception {
    final byte[] planes = decode(name).planes();
    for (int channel = 0; channel < Picture.COLOURS; channel++) {
      assertNear(planes, 3, 5, channel, 255, 0);
    }
    assertNear(planes, 12, 5, 0, 180, 1);
    assertNear(planes, 12, 5, 1, 150, 1);
  }

  @Test
  void greyWithAlphaStaysGrey() throws Exception {
    final byte[] planes = decode("grey-alpha.png").planes();
    assertThat(Greys.are(planes, 0, WIDTH * HEIGHT)).isTrue();
    assertNear(planes, 0, 0, 0, 255, 0);
    assertNear(planes, 9, 3, 0, 120, 1);
  }

  /** A JPEG that is much larger than what is wanted comes smaller, and never too small. */
  @Test
  void largePicturesAreMadeSmallerWhileTheyAreDecoded() throws Exception {
    assertThat(PictureDecoder.decode(bytes("rgb.jpg"), 2).height()).isEqualTo(4);
    assertThat(PictureDecoder.decode(bytes("rgb.jpg"), 3).height()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "palette.png",
        "rgb.bmp",
        "rgb.webp",
        "lossy.webp",
        "rgb.jpg",
        "progressive.jpeg",
        "cmyk.jpg"
      })
  void halfFilesAreRefused(String name) throws IOException {
    final byte[] whole = bytes(name);
    for (int length = 0; length < whole.length - 4; length += 3) {
      final byte[] half = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PictureDecoder.decode(half, WIDTH))
          .as("%s, %d bytes", name, length)
          .isInstanceOf(BadPicture.class);
    }
  }

  /** Neither is memory taken for what a header says, nor for what unpacks to it. */
  @ParameterizedTest
  @CsvSource({"30000, 30000", "2147483647, 1", "65536, 65536", "100000, 2000"})
  void hugeSizesAreRefused(int width, int height) {
    assertThatThrownBy(() -> PictureDecoder.decode(Pictures.png(width, height, new byte[9]), 32))
        .isInstanceOf(BadPicture.class);
  }

  @Test
  void aPictureOfOnePixelIsOne() throws Exception {
    final Picture picture = PictureDecoder.decode(Pictures.png(1, 1, new byte[] {0, 77}), 32);
    assertThat(picture.planes()).containsExactly(77, 77, 77);
  }

  @Test
  void pixelsThatAreMissingAreRefused() {
    assertThatThrownBy(() -> PictureDecoder.decode(Pictures.png(64, 64, new byte[100]), 32))
        .isInstanceOf(BadPicture.class)
        .hasMessage("is damaged");
  }

  private static void assertNear(
      byte[] planes, int x, int y, int channel, int expected, int tolerance) {
    final int found = planes[(channel * HEIGHT + y) * WIDTH + x] & 0xff;
    assertThat(found)
        .as("channel %d at %d, %d", channel, x, y)
        .isBetween(expected - tolerance, expected + tolerance);
  }

  private static Picture decode(String name) throws Exception {
    final Picture picture = PictureDecoder.decode(bytes(name), WIDTH);
    assertThat(picture.width()).isEqualTo(WIDTH);
    assertThat(picture.height()).isEqualTo(HEIGHT);
    return picture;
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream stream =
        PictureDecoderTest.class.getResourceAsStream("/golden/pictures/" + name)) {
      return stream.readAllBytes();
    }
  }
}
