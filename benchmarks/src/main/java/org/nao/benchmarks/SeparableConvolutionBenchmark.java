package org.nao.benchmarks;

import java.util.List;
import org.nao.benchmarks.SeparableChain.Result;
import org.nao.engine.StepResult;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Milliseconds of one half of a separable convolution [ReLU, depthwise, 1x1, BN] of 64 images, in
 * the engine and in libtorch: forward, and forward with backward. Measured in a {@link
 * SeparableChain} of halves, so that operands come from where a network leaves them.
 */
@State(Scope.Benchmark)
@OperationsPerInvocation(SeparableChain.HALVES)
public class SeparableConvolutionBenchmark extends Measured {

  /** A stage of the supernet: C channels of S x S pixels. */
  public enum Stage {
    C20_32X32(20, 32),
    C40_16X16(40, 16),
    C80_8X8(80, 8);

    private final int channels;
    private final int side;

    Stage(int channels, int side) {
      this.channels = channels;
      this.side = side;
    }
  }

  /**
   * Of a gradient's largest difference to libtorch's, relative to its largest element: its terms,
   * up to 65536, mostly cancel out, and rounding switches some ReLUs.
   */
  private static final double TOLERANCE = 1e-2;

  @Param({"C20_32X32", "C40_16X16", "C80_8X8"})
  Stage stage;

  @Param({"3", "5"})
  int kernel;

  private EngineChain nao;
  private TorchChain torch;

  /** Makes both and compares them. */
  @Setup(Level.Trial)
  public void make(Processor processor) {
    final SeparableChain chain = new SeparableChain(stage.channels, stage.side, kernel);
    nao = new EngineChain(processor.device(), chain);
    torch = new TorchChain(chain, processor.device().threads());
    same("a step's loss", torch.stepResult(), nao.stepResult());
    same("a forward's loss", torch.forward(), nao.forward());
  }

  @TearDown(Level.Trial)
  public void close() {
    torch.close();
    nao.close();
  }

  @Benchmark
  public double naoForward() {
    return nao.forward();
  }

  @Benchmark
  public double torchForward() {
    return torch.forward();
  }

  @Benchmark
  public StepResult naoStep() {
    return nao.step();
  }

  @Benchmark
  public double torchStep() {
    return torch.step();
  }

  private static void same(String what, Result expected, Result actual) {
    same(what, expected.loss(), actual.loss());
    final List<float[]> gradients = actual.gradients();
    for (int i = 0; i < gradients.size(); i++) {
      double largest = 0;
      double difference = 0;
      for (int j = 0; j < gradients.get(i).length; j++) {
        final float wanted = expected.gradients().get(i)[j];
        largest = Math.max(largest, Math.abs(wanted));
        difference = Math.max(difference, Math.abs(wanted - gradients.get(i)[j]));
      }
      check(
          difference <= TOLERANCE * largest,
          "Gradient %d differs from libtorch's by %g, its largest element is %g.",
          i,
          difference,
          largest);
    }
  }

  private static void same(String what, double expected, double actual) {
    check(
        Math.abs(expected - actual) <= TOLERANCE * Math.abs(expected),
        "%s is %g, libtorch's %g.",
        what,
        actual,
        expected);
  }
}
