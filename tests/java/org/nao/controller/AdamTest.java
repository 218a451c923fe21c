package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdamTest {
  private static final int VALUES = 37;

  @BeforeAll
  static void load() {
    Torch.load();
  }

  private static float[] random(SplittableRandom random) {
    final float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void takesTheStepsOfLibtorchBitForBit() {
    final SplittableRandom random = new SplittableRandom(3);
    try (PointerScope scope = new PointerScope()) {
      assertThat(scope).isNotNull();
      final float[] start = random(random);
      final Tensor ours = Tensors.ofFloats(start);
      final Tensor theirs = Tensors.ofFloats(start);
      theirs.set_requires_grad(true);
      final AdamOptions options = new AdamOptions(0.02);
      options.weight_decay().put(0.1);
      final org.bytedeco.pytorch.Adam reference =
          new org.bytedeco.pytorch.Adam(new TensorVector(theirs), options);
      try (Adam adam = new Adam(ours, Adam.Settings.usual(0.02, 0.1))) {
        for (int step = 0; step < 20; step++) {
          final float[] gradient = random(random);
          adam.step(Tensors.ofFloats(gradient));
          theirs.mutable_grad().put(Tensors.ofFloats(gradient));
          reference.step();
          assertThat(Tensors.toFloats(ours)).containsExactly(Tensors.toFloats(theirs));
        }
      }
    }
  }

  /**
   * With beta1 = 0 a step is rate sqrt(1 - 0.99^t) g / (sqrt(v) + epsilon): first v = 0.0025, so
   * 0.1 x 0.1 x 0.5 / (0.05 + 0.01); then v = 0.0031, so 0.1 x 0.14106736 x -0.25 / (0.05567764 +
   * 0.01).
   */
  @Test
  void addsEpsilonAsTensorFlowDoes() {
    try (PointerScope scope = new PointerScope()) {
      assertThat(scope).isNotNull();
      final Tensor value = Tensors.ofFloats(new float[] {1});
      try (Adam adam = new Adam(value, new Adam.Settings(0.1, 0.0, 0.99, 1e-2, 0, true))) {
        adam.step(Tensors.ofFloats(new float[] {0.5f}));
        assertThat(Tensors.toFloats(value)[0]).isCloseTo(0.9166667f, within(1e-6f));
        adam.step(Tensors.ofFloats(new float[] {-0.25f}));
        assertThat(Tensors.toFloats(value)[0]).isCloseTo(0.9703636f, within(1e-6f));
      }
    }
  }

  @Test
  void goesOnWhereItsStateWasTaken() {
    final SplittableRandom random = new SplittableRandom(4);
    try (PointerScope scope = new PointerScope()) {
      assertThat(scope).isNotNull();
      final Tensor whole = Tensors.ofFloats(random(random));
      final Tensor later = Tensors.ofFloats(new float[VALUES]);
      final Adam.Settings settings = new Adam.Settings(0.1, 0.0, 0.9, 1e-3, 0, true);
      try (Adam adam = new Adam(whole, settings);
          Adam resumed = new Adam(later, settings)) {
        adam.step(Tensors.ofFloats(random(random)));
        adam.step(Tensors.ofFloats(random(random)));
        later.copy_(whole);
        resumed.restore(adam.state());
        final float[] gradient = random(random);
        adam.step(Tensors.ofFloats(gradient));
        resumed.step(Tensors.ofFloats(gradient));
        assertThat(Tensors.toFloats(later)).containsExactly(Tensors.toFloats(whole));
        assertThatThrownBy(() -> adam.restore(new OptimizerState(1, new float[2], new float[2])))
            .hasMessage("the optimizer's state is of 2 values, expected 37");
      }
    }
  }
}
