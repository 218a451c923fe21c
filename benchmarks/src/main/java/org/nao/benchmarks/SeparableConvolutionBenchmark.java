package org.nao.benchmarks;

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

  /** Of a loss and of the classifier's gradients, relative to the largest element. */
  private static final double ROUNDING = 1e-4;

  /**
   * Of all other gradients. Of the 10 million values before the ReLUs some lie within rounding of
   * 0, and one that falls on the other side than in double precision changes the gradients of its
   * layer and of all before it: seen are 1e-6 behind such a place and up to 9e-3 before it, in the
   * engine and in libtorch, where one that computes something else is off by more than 1.
   */
  private static final double SWITCHED_RELUS = 2e-2;

  /** Weight and bias of the classifier, which no ReLU follows. */
  private static final int LAST_LAYER = 2;

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
    final Result exact = TorchChain.exactStep(chain, processor.device().threads());
    compare("libtorch's", exact, torch.stepResult());
    compare("The engine's", exact, nao.stepResult());
    close("The engine's loss of a forward pass", exact.loss(), nao.forward());
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

  private static void compare(String whose, Result exact, Result result) {
    close(whose + " loss", exact.loss(), result.loss());
    final int count = exact.gradients().size();
    for (int i = 0; i < count; i++) {
      final float[] wanted = exact.gradients().get(i);
      final double error =
          largestDifference(wanted, result.gradients().get(i))
              / largestDifference(wanted, new float[wanted.length]);
      final double allowed = i < count - LAST_LAYER ? SWITCHED_RELUS : ROUNDING;
      check(
          error <= allowed,
          "%s gradient %d is %g of its largest element from the one in double precision, allowed is %g.",
          whose,
          i,
          error,
          allowed);
    }
  }

  private static double largestDifference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      final double difference = Math.abs((double) a[i] - b[i]);
      largest = difference <= largest ? largest : difference;
    }
    return largest;
  }

  private static void close(String what, double expected, double actual) {
    check(
        Math.abs(expected - actual) <= ROUNDING * Math.abs(expected),
        "%s is %g, in double precision %g.",
        what,
        actual,
        expected);
  }
}
