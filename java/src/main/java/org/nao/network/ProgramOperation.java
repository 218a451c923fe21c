package org.nao.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One operation of a program.
 *
 * @param value number of the value that it makes
 * @param opcode what it does
 * @param arguments as in the engine's encoding
 */
public record ProgramOperation(int value, Opcode opcode, List<Integer> arguments) {
  public ProgramOperation {
    arguments = List.copyOf(arguments);
  }

  /** The operations of a program in the engine's encoding, in order. */
  public static List<ProgramOperation> of(int[] words) {
    final List<ProgramOperation> operations = new ArrayList<>();
    int next = ProgramWriter.HEADER_WORDS;
    while (next < words.length) {
      final int from = next + 2;
      next = from + words[next + 1];
      operations.add(
          new ProgramOperation(
              operations.size() + 1,
              Opcode.of(words[from - 2]),
              Arrays.stream(words, from, next).boxed().toList()));
    }
    return operations;
  }

  /** An argument. */
  public int argument(int index) {
    return arguments.get(index);
  }
}
