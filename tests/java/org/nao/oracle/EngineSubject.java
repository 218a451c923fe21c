package org.nao.oracle;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.StepResult;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.network.ParameterSpec;
import org.nao.oracle.Scenario.Batch;

/** A scenario's network in the engine. */
final class EngineSubject implements Subject {

  private final List<ParameterSpec> specs;
  private final Network network;
  private final Program program;
  private final boolean[] used;

  EngineSubject(Device device, Scenario scenario) {
    specs = scenario.tensors();
    final boolean[] trainable = new boolean[specs.size()];
    for (int i = 0; i < trainable.length; i++) {
      trainable[i] = specs.get(i).trainable();
    }
    network =
        Network.create(
            device, specs.stream().mapToLong(ParameterSpec::elements).toArray(), trainable);
    program = Program.create(network, scenario.words());
    used = program.used();
    final List<float[]> values = scenario.values();
    for (int i = 0; i < values.size(); i++) {
      network.write(TensorArray.VALUE, i, values.get(i));
    }
  }

  @Override
  public Outcome step(Batch batch, Training training, float learningRate, long step) {
    final StepResult result =
        network.step(program, batch.images(), batch.labels(), training, learningRate, step);
    return outcome(
        result,
        i ->
            used[i] && specs.get(i).trainable()
                ? Optional.of(Doubles.of(network.read(TensorArray.GRADIENT, i)))
                : Optional.empty());
  }

  @Override
  public Outcome evaluate(Batch batch, Statistics statistics) {
    return outcome(
        network.forward(program, batch.images(), batch.labels(), statistics),
        i -> Optional.empty());
  }

  @Override
  public void close() {
    network.close();
  }

  private Outcome outcome(StepResult result, IntFunction<Optional<double[]>> gradient) {
    return new Outcome(
        Doubles.of(result.logits()),
        result.loss(),
        result.correct(),
        result.gradientNorm(),
        IntStream.range(0, specs.size()).mapToObj(gradient).toList(),
        IntStream.range(0, specs.size())
            .mapToObj(i -> Doubles.of(network.read(TensorArray.VALUE, i)))
            .toList());
  }
}
