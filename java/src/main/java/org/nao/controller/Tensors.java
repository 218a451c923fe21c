package org.nao.controller;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Conversions between Java arrays and tensors, and the few idioms all of the package needs. */
final class Tensors {

  private Tensors() {}

  /** Token sequences as int64 [rows, columns]. */
  static Tensor ofSequences(List<int[]> sequences) {
    final int columns = sequences.get(0).length;
    final long[] flat = new long[sequences.size() * columns];
    int at = 0;
    for (final int[] tokens : sequences) {
      for (final int token : tokens) {
        flat[at++] = token;
      }
    }
    return ofLongs(flat).view(sequences.size(), columns);
  }

  /** Indices as int64 [n]. */
  static Tensor ofIndices(int[] indices) {
    final long[] wide = new long[indices.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = indices[i];
    }
    return ofLongs(wide);
  }

  /** Values as float32 [n]. */
  static Tensor ofFloats(float[] values) {
    final Tensor tensor = torch.empty(values.length);
    new FloatPointer(tensor.data_ptr()).put(values);
    return tensor;
  }

  /** A contiguous float32 tensor's values in row-major order. */
  static float[] toFloats(Tensor tensor) {
    final float[] values = new float[Math.toIntExact(tensor.numel())];
    new FloatPointer(tensor.data_ptr()).get(values);
    return values;
  }

  /** A contiguous int64 tensor's values in row-major order. */
  static long[] toLongs(Tensor tensor) {
    final long[] values = new long[Math.toIntExact(tensor.numel())];
    new LongPointer(tensor.data_ptr()).get(values);
    return values;
  }

  /** {@code x / max(|x|, 1e-12)} over the last dimension. */
  static Tensor unitLength(Tensor x) {
    final NormalizeFuncOptions lastDimension = new NormalizeFuncOptions();
    lastDimension.dim().put(-1);
    return torch.normalize(x, lastDimension);
  }

  private static Tensor ofLongs(long[] values) {
    final Tensor tensor =
        torch.empty(new long[] {values.length}, new TensorOptions(ScalarType.Long), null);
    new LongPointer(tensor.data_ptr()).put(values);
    return tensor;
  }
}
