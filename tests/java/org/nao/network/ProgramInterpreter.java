package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nao.network.DecodedProgram.Operation;

/**
 * Derives the shape of every value of a program anew and checks each tensor's shape and each rule
 * about who may read what.
 *
 * <p>Maps are {channels, height, width}; features and logits {channels}.
 */
public final class ProgramInterpreter {

  private static final int[] LOSS = {};

  private final DecodedProgram program;
  private final ParameterTable table;
  private final List<int[]> shapes = new ArrayList<>();
  private final int[] uses;
  private final Set<Integer> sites = new HashSet<>();
  private long macs;
  private int losses;

  private ProgramInterpreter(int[] words, ParameterTable table) {
    this.program = DecodedProgram.of(words);
    this.table = table;
    this.uses = new int[table.size()];
    shapes.add(new int[] {program.channels(), program.height(), program.width()});
  }

  /** Interprets a program, failing the test at the first thing that is wrong. */
  static ProgramInterpreter check(int[] words, ParameterTable table) {
    return check(words, table, Set.of());
  }

  /** A program where zero is an operation: states that only zeros read are read by nothing. */
  public static ProgramInterpreter checkWithZeros(int[] words, ParameterTable table) {
    return check(words, table, Set.of(4, 8, 17));
  }

  /** {@code unread}: opcodes of values that may have no reader. */
  private static ProgramInterpreter check(int[] words, ParameterTable table, Set<Integer> unread) {
    final ProgramInterpreter interpreter = new ProgramInterpreter(words, table);
    interpreter.operations().forEach(interpreter::interpret);
    interpreter.checkReaders(unread);
    assertThat(interpreter.losses).as("main losses").isEqualTo(1);
    return interpreter;
  }

  List<Operation> operations() {
    return program.operations();
  }

  List<Operation> operations(int opcode) {
    return operations().stream().filter(operation -> operation.opcode() == opcode).toList();
  }

  int[] shape(int value) {
    return shapes.get(value);
  }

  /** How often each tensor is named. */
  public int[] uses() {
    return uses;
  }

  public long macs() {
    return macs;
  }

  /** Elements of the trainable tensors that the program names. */
  public long usedParameters() {
    long sum = 0;
    for (int i = 0; i < uses.length; i++) {
      if (uses[i] > 0 && table.parameters().get(i).trainable()) {
        sum += table.parameters().get(i).elements();
      }
    }
    return sum;
  }

  private void interpret(Operation operation) {
    final int[] a = operation.arguments();
    final int[] dst =
        switch (operation.opcode()) {
          case 1 -> conv2d(a);
          case 2 -> depthwise(a);
          case 3 -> pointwise(a);
          case 4 -> batchNorm(a);
          case 5 -> unary(a, 1);
          case 6, 7 -> pool(a);
          case 8 -> add(a);
          case 9 -> concat(a);
          case 10 -> shiftSubsample(a);
          case 11 -> dropPath(a);
          case 12 -> dropout(a);
          case 13 -> globalAvgPool(a);
          case 14 -> linear(a);
          case 15 -> loss(a);
          case 17 -> a.clone();
          case 18 -> unary(a, 1);
          default -> throw new AssertionError("opcode " + operation.opcode());
        };
    shapes.add(dst);
  }

  private int[] source(int value, int dimensions) {
    assertThat(value).as("source").isBetween(0, shapes.size() - 1);
    assertThat(shapes.get(value)).as("dimensions of value %d", value).hasSize(dimensions);
    return shapes.get(value);
  }

  private void tensor(int index, boolean trainable, Integer... shape) {
    final ParameterSpec parameter = table.parameters().get(index);
    assertThat(parameter.shape()).as(parameter.name()).containsExactly(shape);
    assertThat(parameter.trainable()).as(parameter.name()).isEqualTo(trainable);
    uses[index]++;
  }

  private static int outputSide(int side, int kernel, int stride, int padding) {
    assertThat(side + 2 * padding).isGreaterThanOrEqualTo(kernel);
    return (side + 2 * padding - kernel) / stride + 1;
  }

  private int[] windowed(int[] src, int channels, int kernel, int stride, int padding) {
    return new int[] {
      channels,
      outputSide(src[1], kernel, stride, padding),
      outputSide(src[2], kernel, stride, padding)
    };
  }

  private int[] conv2d(int[] a) {
    final int[] src = source(a[0], 3);
    if (a.length == 9) { // kernel, stride and padding both ways
      final int[] dst = {
        a[2], outputSide(src[1], a[3], a[5], a[7]), outputSide(src[2], a[4], a[6], a[8])
      };
      tensor(a[1], true, a[2], src[0], a[3], a[4]);
      macs += (long) a[2] * src[0] * a[3] * a[4] * dst[1] * dst[2];
      return dst;
    }
    assertThat(a).hasSize(6);
    final int[] dst = windowed(src, a[2], a[3], a[4], a[5]);
    tensor(a[1], true, a[2], src[0], a[3], a[3]);
    macs += (long) a[2] * src[0] * a[3] * a[3] * dst[1] * dst[2];
    return dst;
  }

  private int[] depthwise(int[] a) {
    final int[] src = source(a[0], 3);
    final int[] dst = windowed(src, src[0], a[4] * (a[2] - 1) + 1, a[3], a[4] * (a[2] / 2));
    tensor(a[1], true, src[0], 1, a[2], a[2]);
    macs += (long) src[0] * a[2] * a[2] * dst[1] * dst[2];
    return dst;
  }

  private int[] pointwise(int[] a) {
    final int[] src = source(a[0], 3);
    assertThat(a).hasSize(3 + 2 * a[2]);
    int covered = 0;
    for (int i = 0; i < a[2]; i++) {
      tensor(a[3 + 2 * i], true, a[1], a[4 + 2 * i], 1, 1);
      covered += a[4 + 2 * i];
    }
    assertThat(covered).as("channels covered").isEqualTo(src[0]);
    macs += (long) a[1] * src[0] * src[1] * src[2];
    return new int[] {a[1], src[1], src[2]};
  }

  private int[] batchNorm(int[] a) {
    final int[] src = source(a[0], 3);
    for (int i = 1; i <= 4; i++) {
      if (a[i] != ProgramWriter.NO_TENSOR) {
        tensor(a[i], i <= 2, src[0]);
      }
    }
    assertThat(a[3] == ProgramWriter.NO_TENSOR).isEqualTo(a[4] == ProgramWriter.NO_TENSOR);
    assertThat(a[5]).as("flags").isBetween(0, 1);
    assertThat(a).hasSize(6);
    return src;
  }

  private int[] unary(int[] a, int size) {
    assertThat(a).hasSize(size);
    return source(a[0], 3);
  }

  private int[] pool(int[] a) {
    final int[] src = source(a[0], 3);
    return windowed(src, src[0], a[1], a[2], a[3]);
  }

  private int[] add(int[] a) {
    assertThat(a).hasSize(1 + a[0]);
    final int[] first = source(a[1], 3);
    for (int i = 2; i <= a[0]; i++) {
      assertThat(source(a[i], 3)).containsExactly(first);
    }
    return first;
  }

  private int[] concat(int[] a) {
    assertThat(a).hasSize(1 + a[0]);
    final int[] dst = source(a[1], 3).clone();
    for (int i = 2; i <= a[0]; i++) {
      final int[] src = source(a[i], 3);
      assertThat(new int[] {src[1], src[2]}).containsExactly(dst[1], dst[2]);
      dst[0] += src[0];
    }
    return dst;
  }

  private int[] shiftSubsample(int[] a) {
    assertThat(a[1]).isBetween(0, 1);
    final int[] src = source(a[0], 3);
    assertThat(src[1] % 2 + src[2] % 2).as("odd sides").isZero();
    return new int[] {src[0], src[1] / 2, src[2] / 2};
  }

  private int[] dropPath(int[] a) {
    assertThat(sites.add(a[1])).as("site %d is new", a[1]).isTrue();
    assertThat(Float.intBitsToFloat(a[2])).isBetween(0.0f, 1.0f);
    return unary(a, 3);
  }

  private int[] dropout(int[] a) {
    assertThat(sites.add(a[1])).as("site %d is new", a[1]).isTrue();
    return source(a[0], 1);
  }

  private int[] globalAvgPool(int[] a) {
    return new int[] {source(a[0], 3)[0]};
  }

  private int[] linear(int[] a) {
    final int[] src = source(a[0], 1);
    tensor(a[1], true, a[3], src[0]);
    if (a[2] != ProgramWriter.NO_TENSOR) {
      tensor(a[2], true, a[3]);
    }
    macs += (long) a[3] * src[0];
    return new int[] {a[3]};
  }

  private int[] loss(int[] a) {
    assertThat(source(a[0], 1)).containsExactly(program.classes());
    final float weight = Float.intBitsToFloat(a[1]);
    assertThat(weight).isEqualTo(a[2] == 0 ? 1.0f : 0.4f);
    losses += a[2] == 0 ? 1 : 0;
    return LOSS;
  }

  /**
   * Depthwise results go to exactly one pointwise or normalisation, subsampled ones to pointwise,
   * dropped ones to add, and those of a ReLU6 to one that may read it.
   */
  private void checkReaders(Set<Integer> unread) {
    final List<List<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      readers.add(new ArrayList<>());
    }
    for (final Operation operation : operations()) {
      for (final int source : operation.sources()) {
        readers.get(source).add(operation.opcode());
      }
    }
    for (final Operation operation : operations()) {
      final List<Integer> opcodes = readers.get(operation.value());
      switch (operation.opcode()) {
        case 2 -> assertThat(opcodes).hasSize(1).isSubsetOf(3, 4);
        case 10 -> assertThat(opcodes).containsExactly(3);
        case 18 -> assertThat(opcodes).hasSize(1).isSubsetOf(2, 3, 13);
        case 11 -> assertThat(opcodes).containsExactly(8);
        case 15 -> assertThat(opcodes).isEmpty();
        default -> {
          if (!unread.contains(operation.opcode())) {
            assertThat(opcodes).as("readers of %d", operation.value()).isNotEmpty();
          }
        }
      }
    }
  }
}
