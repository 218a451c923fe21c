package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program taken apart by the words of its description alone.
 *
 * @param channels of the image
 * @param height of the image
 * @param width of the image
 * @param classes to tell apart
 * @param operations in order; operation i makes value i + 1, value 0 is the image
 */
public record DecodedProgram(
    int channels, int height, int width, int classes, List<Operation> operations) {

  /**
   * One operation as read.
   *
   * @param value the number of what it makes
   */
  public record Operation(int opcode, int[] arguments, int value) {

    /** The first or only source. */
    public int src() {
      return sources()[0];
    }

    /** All sources in order. */
    public int[] sources() {
      if (opcode == 17) {
        return new int[0];
      }
      final boolean listed = opcode == 8 || opcode == 9;
      return listed ? Arrays.copyOfRange(arguments, 1, arguments.length) : new int[] {arguments[0]};
    }
  }

  /** Takes the words apart, failing the test if they do not fit together. */
  public static DecodedProgram of(int[] words) {
    assertThat(Arrays.copyOf(words, 2)).containsExactly(0x4E414F31, 1);
    final List<Operation> operations = new ArrayList<>();
    int at = 7;
    for (int i = 0; i < words[6]; i++) {
      final int[] arguments = Arrays.copyOfRange(words, at + 2, at + 2 + words[at + 1]);
      operations.add(new Operation(words[at], arguments, i + 1));
      at += 2 + words[at + 1];
    }
    assertThat(at).as("length").isEqualTo(words.length);
    return new DecodedProgram(words[2], words[3], words[4], words[5], operations);
  }
}
