package org.nao.benchmarks;

import static org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nao.benchmarks.SeparableChain.Batch;
import org.nao.benchmarks.SeparableChain.Parameter;
import org.nao.benchmarks.SeparableChain.Result;
import org.nao.controller.Torch;

/**
 * A {@link SeparableChain} in libtorch: eager operations, convolutions by oneDNN, ReLU in place, as
 * many threads as the engine has, and of the memory formats the one whose training step was faster.
 */
final class TorchChain implements AutoCloseable {

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final int BATCH_NORM_TENSORS = 4;

  /** oneDNN's channels-last convolutions want so many; its 5x5 ones are faster in any case. */
  private static final int CHANNELS_LAST_MULTIPLE = 8;

  private static final int CHANNELS_LAST_KERNEL = 5;

  /** Holds all tensors that outlive a step. */
  private final PointerScope scope;

  private final SeparableChain chain;
  private final List<Tensor> tensors = new ArrayList<>();
  private final TensorVector trainable;
  private final Tensor images;
  private final Tensor labels;

  TorchChain(SeparableChain chain, int threads) {
    this(chain, threads, ScalarType.Float);
  }

  private TorchChain(SeparableChain chain, int threads, ScalarType type) {
    Torch.load();
    torch.set_num_threads(threads);
    blas_set_num_threads(threads);
    this.chain = chain;
    scope = new PointerScope();
    final List<Tensor> leaves = new ArrayList<>();
    for (final Parameter parameter : chain.parameters()) {
      final Tensor tensor = floats(parameter.values()).to(type).view(parameter.shape());
      if (parameter.trainable()) {
        tensor.set_requires_grad(true);
        leaves.add(tensor);
      }
      tensors.add(tensor);
    }
    trainable = new TensorVector(leaves.toArray(Tensor[]::new));
    final Batch batch = chain.batch();
    images =
        floats(batch.images())
            .to(type)
            .view(SeparableChain.IMAGES, SeparableChain.IMAGE_CHANNELS, chain.side(), chain.side())
            .contiguous(memoryFormat(chain));
    labels = longs(batch.labels());
  }

  /** One step in double precision. */
  static Result exactStep(SeparableChain chain, int threads) {
    try (TorchChain exact = new TorchChain(chain, threads, ScalarType.Double)) {
      return exact.stepResult();
    }
  }

  /** The loss, from the batch's own statistics. */
  double forward() {
    final boolean recording = GradMode.is_enabled();
    GradMode.set_enabled(false);
    try {
      return scoped(() -> (double) loss().item_float());
    } finally {
      GradMode.set_enabled(recording);
    }
  }

  /** Forward and backward; the loss. */
  double step() {
    return scoped(
        () -> {
          final Tensor loss = loss();
          gradients(loss);
          return (double) loss.item_float();
        });
  }

  Result stepResult() {
    return scoped(
        () -> {
          final Tensor loss = loss();
          final TensorVector gradients = gradients(loss);
          final List<float[]> copies = new ArrayList<>();
          for (long i = 0; i < gradients.size(); i++) {
            copies.add(values(gradients.get(i)));
          }
          return new Result(loss.item_double(), copies);
        });
  }

  @Override
  public void close() {
    scope.close();
  }

  private static MemoryFormat memoryFormat(SeparableChain chain) {
    return chain.channels() % CHANNELS_LAST_MULTIPLE == 0 || chain.kernel() == CHANNELS_LAST_KERNEL
        ? MemoryFormat.ChannelsLast
        : MemoryFormat.Contiguous;
  }

  private Tensor loss() {
    int next = 0;
    Tensor value = batchNorm(convolution(images, tensors.get(next++), 1), next);
    next += BATCH_NORM_TENSORS;
    for (int half = 0; half < SeparableChain.HALVES; half++) {
      value = convolution(torch.relu_(value), tensors.get(next++), chain.channels());
      value = batchNorm(convolution(value, tensors.get(next++), 1), next);
      next += BATCH_NORM_TENSORS;
    }
    final Tensor features = value.mean(2, 3);
    final Tensor logits =
        torch.linear(features, tensors.get(next), new TensorOptional(tensors.get(next + 1)));
    return torch.cross_entropy_loss(logits, labels);
  }

  private TensorVector gradients(Tensor loss) {
    return torch.grad(new TensorVector(loss), trainable);
  }

  private static Tensor convolution(Tensor src, Tensor weight, long groups) {
    final long padding = weight.size(2) / 2;
    return torch.conv2d(
        src,
        weight,
        new TensorOptional(),
        new long[] {1, 1},
        new long[] {padding, padding},
        new long[] {1, 1},
        groups);
  }

  private Tensor batchNorm(Tensor src, int first) {
    return torch.batch_norm(
        src,
        new TensorOptional(tensors.get(first)),
        new TensorOptional(tensors.get(first + 1)),
        new TensorOptional(tensors.get(first + 2)),
        new TensorOptional(tensors.get(first + 3)),
        true,
        MOMENTUM,
        EPSILON,
        false);
  }

  private static float[] values(Tensor tensor) {
    final Tensor rowMajor = tensor.to(ScalarType.Float).contiguous();
    final float[] values = new float[Math.toIntExact(rowMajor.numel())];
    new FloatPointer(rowMajor.data_ptr()).get(values);
    return values;
  }

  private static Tensor floats(float[] values) {
    final Tensor tensor = torch.empty(values.length);
    new FloatPointer(tensor.data_ptr()).put(values);
    return tensor;
  }

  private static Tensor longs(int[] values) {
    final Tensor tensor =
        torch.empty(new long[] {values.length}, new TensorOptions(ScalarType.Long), null);
    final LongPointer wide = new LongPointer(tensor.data_ptr());
    for (int i = 0; i < values.length; i++) {
      wide.put(i, values[i]);
    }
    return tensor;
  }

  /** Frees the tensors that {@code body} makes. */
  private static <T> T scoped(Supplier<T> body) {
    final PointerScope step = new PointerScope();
    try {
      return body.get();
    } finally {
      step.close();
    }
  }
}
