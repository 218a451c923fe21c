package org.nao.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.network.ProgramOperation;
import org.nao.network.StandaloneProgram;

/**
 * A trained network as every exporter sees it: the operations that the engine runs, without those
 * that only training has, and the weights.
 *
 * @param info the model
 * @param operations in order; each names the value that it makes, 0 is the image
 * @param logits number of the value that holds the logits
 */
record Graph(ModelInfo info, List<ProgramOperation> operations, int logits, Weights weights) {

  /** Tensors by their index in the program. */
  static final class Weights {
    private final StandaloneProgram program;
    private final float[] values;

    private Weights(StandaloneProgram program, float[] values) {
      this.program = program;
      this.values = values;
    }

    /** The authors' name of a tensor. */
    String name(int index) {
      return program.table().parameters().get(index).name();
    }

    /** Its dimensions, outermost first. */
    List<Integer> shape(int index) {
      return program.table().parameters().get(index).shape();
    }

    /** Its values, as a copy. */
    float[] values(int index) {
      return Arrays.copyOfRange(
          values, program.table().offset(index), program.table().offset(index + 1));
    }
  }

  /** The network of a model file. */
  static Graph of(ModelFile model) {
    final StandaloneProgram program = model.info().networks().program(model.info().parsed());
    final List<ProgramOperation> kept = new ArrayList<>();
    // What a value is called where an operation of training, which passes it on, is left out.
    final Map<Integer, Integer> same = new HashMap<>();
    int logits = -1;
    for (final ProgramOperation operation : ProgramOperation.of(program.words())) {
      switch (operation.opcode()) {
        case DROP_PATH, DROPOUT ->
            same.put(operation.value(), renamed(same, operation.argument(0)));
        case SOFTMAX_CROSS_ENTROPY -> logits = renamed(same, operation.argument(0));
        default -> kept.add(renamed(same, operation));
      }
    }
    return new Graph(
        model.info(), kept, logits, new Weights(program, model.values(program.table())));
  }

  private static ProgramOperation renamed(Map<Integer, Integer> same, ProgramOperation operation) {
    final List<Integer> arguments = new ArrayList<>(operation.arguments());
    for (final int position : Sources.positions(operation)) {
      arguments.set(position, renamed(same, arguments.get(position)));
    }
    return new ProgramOperation(operation.value(), operation.opcode(), arguments);
  }

  private static int renamed(Map<Integer, Integer> same, int value) {
    return same.getOrDefault(value, value);
  }
}
