package org.nao.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.network.DecodedProgram;
import org.nao.network.ParameterSpec;
import org.nao.oracle.Scenario.Batch;
import org.nao.oracle.TorchInterpreter.Mode;
import org.nao.oracle.TorchInterpreter.Pass;

/** A scenario's network in libtorch, all numbers float64; clipping and SGD are libtorch's too. */
final class TorchSubject implements Subject {

  private final DecodedProgram program;
  private final List<ParameterSpec> specs;
  private final List<Tensor> tensors = new ArrayList<>();
  private SGD optimizer;

  TorchSubject(Scenario scenario) {
    program = DecodedProgram.of(scenario.words());
    specs = scenario.tensors();
    final List<float[]> values = scenario.values();
    for (int i = 0; i < specs.size(); i++) {
      final ParameterSpec spec = specs.get(i);
      final Tensor tensor =
          Doubles.tensor(
              Doubles.of(values.get(i)),
              spec.shape().stream().mapToLong(Integer::longValue).toArray());
      tensors.add(tensor.set_requires_grad(spec.trainable()));
    }
  }

  @Override
  public Outcome step(Batch batch, Training training, float learningRate, long step) {
    if (optimizer == null) {
      optimizer = new SGD(parameters(), options(training, learningRate));
    }
    return scoped(
        () -> {
          optimizer.zero_grad();
          final Pass pass =
              run(batch, training.labelSmoothing(), Mode.TRAIN, new Masks(training, step));
          pass.loss().backward();
          final List<Optional<double[]>> gradients =
              tensors.stream().map(TorchSubject::gradient).toList();
          if (training.idleUpdate()) {
            updateIdle();
          }
          final double bound = training.clipNorm() > 0 ? training.clipNorm() : Double.MAX_VALUE;
          final double norm = torch.clip_grad_norm_(parameters(), bound);
          optimizer.step();
          return outcome(pass, batch.labels(), norm, gradients);
        });
  }

  @Override
  public Outcome evaluate(Batch batch, Statistics statistics) {
    final Mode mode =
        switch (statistics) {
          case BATCH -> Mode.BATCH;
          case RUNNING -> Mode.RUNNING;
          case AUTHORS -> Mode.AUTHORS;
        };
    return scoped(
        () ->
            outcome(
                run(batch, 0, mode, null),
                batch.labels(),
                0,
                Collections.nCopies(tensors.size(), Optional.empty())));
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    if (optimizer != null) {
      optimizer.close();
    }
  }

  private Pass run(Batch batch, double smoothing, Mode mode, Masks masks) {
    return TorchInterpreter.run(
        program,
        tensors,
        Doubles.tensor(
            Doubles.of(batch.images()),
            batch.labels().length,
            program.channels(),
            program.height(),
            program.width()),
        tensor(batch.labels()),
        smoothing,
        mode,
        masks);
  }

  private Outcome outcome(
      Pass pass, int[] labels, double norm, List<Optional<double[]>> gradients) {
    final double[] logits = toDoubles(pass.logits());
    return new Outcome(
        logits,
        pass.loss().item_double(),
        correct(logits, labels),
        norm,
        gradients,
        tensors.stream().map(TorchSubject::toDoubles).toList());
  }

  private static int correct(double[] logits, int[] labels) {
    final int classes = logits.length / labels.length;
    int correct = 0;
    for (int n = 0; n < labels.length; n++) {
      int largest = 0;
      for (int k = 1; k < classes; k++) {
        largest = logits[n * classes + k] > logits[n * classes + largest] ? k : largest;
      }
      correct += largest == labels[n] ? 1 : 0;
    }
    return correct;
  }

  /**
   * Gives tensors that the program names without effect a gradient of 0, so that the optimizer does
   * not leave them out. No step of a scenario ever uses the others.
   */
  private void updateIdle() {
    for (final DecodedProgram.Operation operation : program.operations()) {
      for (final int i : named(operation.opcode(), operation.arguments())) {
        if (i >= 0 && specs.get(i).trainable() && !tensors.get(i).grad().defined()) {
          tensors.get(i).mutable_grad().put(torch.zeros_like(tensors.get(i)));
        }
      }
    }
  }

  /** The tensors of an operation; -1 stands for one that it does not have. */
  private static int[] named(int opcode, int[] a) {
    return switch (opcode) {
      case 1, 2 -> new int[] {a[1]};
      case 3 -> IntStream.range(0, a[2]).map(i -> a[3 + 2 * i]).toArray();
      case 4, 14 -> new int[] {a[1], a[2]};
      default -> new int[0];
    };
  }

  private TensorVector parameters() {
    return new TensorVector(
        IntStream.range(0, tensors.size())
            .filter(i -> specs.get(i).trainable())
            .mapToObj(tensors::get)
            .toArray(Tensor[]::new));
  }

  private static SGDOptions options(Training training, float learningRate) {
    final SGDOptions options = new SGDOptions(learningRate);
    options.momentum().put(training.momentum());
    options.weight_decay().put(training.weightDecay());
    options.nesterov().put(training.nesterov());
    return options;
  }

  private static Tensor tensor(int[] values) {
    final Tensor tensor =
        torch.empty(new long[] {values.length}, new TensorOptions(ScalarType.Long), null);
    new LongPointer(tensor.data_ptr())
        .put(IntStream.of(values).mapToLong(Integer::toUnsignedLong).toArray());
    return tensor;
  }

  private static Optional<double[]> gradient(Tensor tensor) {
    final Tensor gradient = tensor.grad();
    return gradient.defined() ? Optional.of(toDoubles(gradient)) : Optional.empty();
  }

  private static double[] toDoubles(Tensor tensor) {
    final Tensor rowMajor = tensor.contiguous();
    final double[] values = new double[Math.toIntExact(rowMajor.numel())];
    new DoublePointer(rowMajor.data_ptr()).get(values);
    return values;
  }

  /** Frees all tensors that the pass made. */
  private static Outcome scoped(Supplier<Outcome> pass) {
    final PointerScope scope = new PointerScope();
    try {
      return pass.get();
    } finally {
      scope.close();
    }
  }
}
