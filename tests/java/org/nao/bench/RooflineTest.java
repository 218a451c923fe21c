package org.nao.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nao.engine.KernelTime;

class RooflineTest {
  private static KernelTime kernel(double bytes, double operations) {
    return new KernelTime("sep_conv", "", 1, 0, 1, bytes, operations, null, 0, false);
  }

  @Test
  void takesTheLongerOfMovingAndComputingForEachKernel() {
    final Roofline roofline = new Roofline(100, 1000);
    roofline.add(kernel(200, 500)); // 2 s or 0.5 s
    roofline.add(kernel(50, 4000)); // 0.5 s or 4 s
    assertThat(roofline.seconds()).isCloseTo(6, within(1e-12));
    assertThat(roofline.bytes()).isEqualTo(250);
  }

  @Test
  void knowsNoTimeOfOperationsWithoutAPeak() {
    final Roofline roofline = new Roofline(100, 0);
    roofline.add(kernel(200, 500));
    assertThat(roofline.seconds()).isCloseTo(2, within(1e-12));
  }
}
