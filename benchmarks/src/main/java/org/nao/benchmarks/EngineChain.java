package org.nao.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.nao.benchmarks.SeparableChain.Batch;
import org.nao.benchmarks.SeparableChain.Parameter;
import org.nao.benchmarks.SeparableChain.Result;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.StepResult;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;

/** A {@link SeparableChain} in the engine. */
final class EngineChain implements AutoCloseable {

  /** Keeps the weights as drawn; libtorch's counterpart does not update any either. */
  private static final float LEARNING_RATE = 0;

  private final List<Parameter> parameters;
  private final Batch batch;
  private final Network network;
  private final Program program;
  private final Training training = Training.builder().clipNorm(0).weightDecay(0).build();

  EngineChain(Device device, SeparableChain chain) {
    parameters = chain.parameters();
    batch = chain.batch();
    final long[] sizes = parameters.stream().mapToLong(each -> each.values().length).toArray();
    final boolean[] trainable = new boolean[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      trainable[i] = parameters.get(i).trainable();
    }
    network = Network.create(device, sizes, trainable);
    for (int i = 0; i < sizes.length; i++) {
      network.write(TensorArray.VALUE, i, parameters.get(i).values());
    }
    program = Program.create(network, chain.words());
  }

  /** The loss, from the batch's own statistics. */
  double forward() {
    return network.forward(program, batch.images(), batch.labels(), Statistics.BATCH).loss();
  }

  /** Forward and backward. */
  StepResult step() {
    return network.step(program, batch.images(), batch.labels(), training, LEARNING_RATE, 0);
  }

  Result stepResult() {
    final double loss = step().loss();
    final List<float[]> gradients = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).trainable()) {
        gradients.add(network.read(TensorArray.GRADIENT, i));
      }
    }
    return new Result(loss, gradients);
  }

  @Override
  public void close() {
    network.close();
  }
}
