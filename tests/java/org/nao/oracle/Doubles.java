package org.nao.oracle;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Float64 values: of float32 ones, and in tensors. */
final class Doubles {

  private Doubles() {}

  static double[] of(float[] values) {
    final double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** A float64 tensor of these values in row-major order. */
  static Tensor tensor(double[] values, long... shape) {
    final Tensor tensor = torch.empty(shape, new TensorOptions(ScalarType.Double), null);
    new DoublePointer(tensor.data_ptr()).put(values);
    return tensor;
  }
}
