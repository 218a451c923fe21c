package org.nao.network;

import java.util.List;
import java.util.function.ToIntFunction;
import org.nao.network.AuxiliaryPooling.Window;
import org.nao.network.Block.AuxiliaryHead;
import org.nao.network.Block.BatchNorm;
import org.nao.network.Block.Classifier;
import org.nao.network.Block.Combine;
import org.nao.network.Block.ConvNorm;
import org.nao.network.Block.FactorizedReduce;
import org.nao.network.Block.SeparableConv;
import org.nao.network.Block.SeparableHalf;

/** Writes composed layers as operations of a program and follows the shapes of their values. */
final class LayerWriter {

  private static final float AUXILIARY_WEIGHT = 0.4f;

  /** In place of a tensor's index. */
  private static final int NONE = -1;

  private final ProgramWriter program;
  private final ToIntFunction<ParameterSpec> index;

  /** {@code index}: the table's index of a tensor. */
  LayerWriter(ProgramWriter program, ToIntFunction<ParameterSpec> index) {
    this.program = program;
    this.index = index;
  }

  /** [3x3 convolution, BN] of the image. */
  Value stem(NetworkShape shape, ConvNorm stem) {
    Value image =
        new Value(ProgramWriter.IMAGE, shape.imageChannels(), shape.height(), shape.width());
    int channels = shape.stemChannels();
    int number = program.conv2d(image.number(), index.applyAsInt(stem.weight()), channels, 3, 1, 1);
    return batchNorm(image.strided(number, channels, 1), stem.norm());
  }

  /** [ReLU, factorized reduce] or [ReLU, 1x1 convolution, BN]. */
  Value calibrate(Value src, Block calibration) {
    Value active = relu(src);
    return calibration instanceof FactorizedReduce reduce
        ? factorizedReduce(active, reduce)
        : pointwiseNorm(active, (ConvNorm) calibration);
  }

  /** Twice [ReLU, depthwise, 1x1, BN], the stride in the first. */
  Value separableConv(Value src, SeparableConv conv, int stride) {
    return separableHalf(separableHalf(src, conv.first(), stride, 1), conv.second(), 1, 1);
  }

  /** [ReLU, depthwise of dilation 2, 1x1, BN]. */
  Value dilatedConv(Value src, SeparableHalf conv, int stride) {
    return separableHalf(src, conv, stride, 2);
  }

  private Value separableHalf(Value src, SeparableHalf half, int stride, int dilation) {
    int number =
        program.depthwise(
            relu(src).number(),
            index.applyAsInt(half.depthwise()),
            half.kernel(),
            stride,
            dilation);
    Value filtered = src.strided(number, src.channels(), stride);
    Value mixed = pointwise(filtered, src.channels(), List.of(half.pointwise()));
    return batchNorm(mixed, half.norm());
  }

  /** Two 1x1 convolutions on the even and on the odd pixels, concatenated, BN; no ReLU inside. */
  Value factorizedReduce(Value src, FactorizedReduce reduce) {
    Value even = reducePath(src, 0, reduce.path1());
    Value odd = reducePath(src, 1, reduce.path2());
    return batchNorm(concat(List.of(even, odd)), reduce.norm());
  }

  private Value reducePath(Value src, int offset, ParameterSpec weight) {
    int number = program.shiftSubsample(src.number(), offset);
    return pointwise(
        src.strided(number, src.channels(), 2), weight.shape().get(0), List.of(weight));
  }

  /** Average over the window's cells inside the image. */
  Value avgPool(Value src, int kernel, int stride) {
    int number = program.avgPool(src.number(), kernel, stride, kernel / 2);
    return src.strided(number, src.channels(), stride);
  }

  /** Maximum over the window. */
  Value maxPool(Value src, int kernel, int stride) {
    int number = program.maxPool(src.number(), kernel, stride, kernel / 2);
    return src.strided(number, src.channels(), stride);
  }

  /** A mixed operation; see {@link ProgramWriter#weightedSum}. */
  Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements) {
    int columns = logits.shape().get(1);
    int[] numbers = sources.stream().mapToInt(Value::number).toArray();
    return sources
        .get(0)
        .like(program.weightedSum(index.applyAsInt(logits), columns, numbers, elements));
  }

  Value dropPath(Value src, int site, float layerFraction) {
    return src.like(program.dropPath(src.number(), site, layerFraction));
  }

  /** The sum of at least one value. */
  Value add(List<Value> sources) {
    return sources.get(0).like(program.add(sources.stream().mapToInt(Value::number).toArray()));
  }

  /** Zeros like {@code src}, with stride 2 of half its size. */
  Value zero(Value src, int stride) {
    Value like = src.strided(src.number(), src.channels(), stride);
    return like.like(program.zero(like.channels(), like.height(), like.width()));
  }

  /** Channels one after another; a single value stays itself. */
  Value concat(List<Value> sources) {
    Value first = sources.get(0);
    if (sources.size() == 1) {
      return first;
    }
    int number = program.concat(sources.stream().mapToInt(Value::number).toArray());
    return first.strided(number, sources.stream().mapToInt(Value::channels).sum(), 1);
  }

  /** [ReLU, 1x1 convolution, BN] of concatenated states. */
  Value combine(Value src, Combine combine) {
    Value mixed = pointwise(relu(src), combine.channels(), combine.weights());
    return batchNorm(mixed, combine.norm());
  }

  /** Global average pool, dropout, linear and the main loss. */
  void classify(Value src, Classifier classifier, int dropoutSite) {
    int features = program.dropout(program.globalAvgPool(src.number()), dropoutSite);
    program.softmaxCrossEntropy(linear(features, classifier), 1.0f, false);
  }

  /** [ReLU, average pools to 2x2, 1x1, BN, ReLU, 2x2, BN, ReLU, linear] and the auxiliary loss. */
  void classifyAuxiliary(Value src, AuxiliaryHead head) {
    int side = AuxiliaryPooling.SIDE;
    int pooled = relu(src).number();
    for (Window window : AuxiliaryPooling.of(src.height(), src.width()).windows()) {
      pooled = program.avgPool(pooled, window.kernel(), window.stride(), 0);
    }
    Value first = relu(pointwiseNorm(new Value(pooled, src.channels(), side, side), head.conv1()));
    ParameterSpec weight = head.conv2().weight();
    int features = weight.shape().get(0);
    int number = program.conv2d(first.number(), index.applyAsInt(weight), features, side, 1, 0);
    Value second = relu(batchNorm(new Value(number, features, 1, 1), head.conv2().norm()));
    int logits = linear(program.globalAvgPool(second.number()), head.classifier());
    program.softmaxCrossEntropy(logits, AUXILIARY_WEIGHT, true);
  }

  private int linear(int features, Classifier classifier) {
    int outputs = classifier.weight().shape().get(0);
    return program.linear(
        features,
        index.applyAsInt(classifier.weight()),
        index.applyAsInt(classifier.bias()),
        outputs);
  }

  private Value pointwiseNorm(Value src, ConvNorm conv) {
    Value mixed = pointwise(src, conv.weight().shape().get(0), List.of(conv.weight()));
    return batchNorm(mixed, conv.norm());
  }

  private Value pointwise(Value src, int outChannels, List<ParameterSpec> weights) {
    int[] indices = weights.stream().mapToInt(index).toArray();
    int[] inChannels = weights.stream().mapToInt(weight -> weight.shape().get(1)).toArray();
    int number = program.pointwise(src.number(), outChannels, indices, inChannels);
    return src.strided(number, outChannels, 1);
  }

  Value batchNorm(Value src, BatchNorm norm) {
    return src.like(
        program.batchNorm(
            src.number(),
            norm.affine().isEmpty() ? NONE : index.applyAsInt(norm.affine().get(0)),
            norm.affine().isEmpty() ? NONE : index.applyAsInt(norm.affine().get(1)),
            index.applyAsInt(norm.mean()),
            index.applyAsInt(norm.variance()),
            norm.keepsRunning()));
  }

  private Value relu(Value src) {
    return src.like(program.relu(src.number()));
  }
}
