#include "model/work.h"

#include "error.h"

namespace nao::model {
namespace {

using namespace kernels;

constexpr double kFloat = sizeof(float);
constexpr double kOperationsPerMultiplyAdd = 2;
/// Of the source and of the weights.
constexpr double kBothGradients = 2;

/// Bytes forward without the output's, and multiply-adds.
struct Convolution {
  std::string shape;
  double sourceBytes, multiplyAdds;
};

/// Counts; values of feature maps and their gradients have `value` bytes.
struct Counter {
  double value;

  double pixels(int images, const Tensor& t) const { return static_cast<double>(images) * t.height * t.width; }
  double bytes(int images, const Tensor& t) const {
    return t.data == nullptr ? 0 : pixels(images, t) * t.channels * value;
  }
  double bytes(int images, const SourceGradient& gradient) const {
    return bytes(images, gradient.g) * (gradient.accumulate ? 2 : 1);
  }
  double bytes(int images, const Upstream& upstream) const {
    return bytes(images, upstream.g) + (upstream.coefficients == nullptr ? 0 : bytes(images, upstream.y));
  }

  std::string map(const Tensor& t) const { return text("%d %dx%d", t.channels, t.height, t.width); }
  std::string window(int kernel, int stride) const { return text(" k%d s%d", kernel, stride); }

  Convolution of(const SepConv& p) const {
    const double perPixel = static_cast<double>(p.src.x.channels) * (p.kernel * p.kernel + p.dst.channels);
    std::string shape = text("%d>", p.src.x.channels) + map(p.dst) + window(p.kernel, p.stride);
    if (p.dilation > 1) shape += text(" d%d", p.dilation);
    return {shape, bytes(p.images, p.src.x), pixels(p.images, p.dst) * perPixel};
  }
  Convolution of(const Depthwise& p) const {
    std::string shape = map(p.dst) + window(p.kernel, p.stride);
    if (p.dilation > 1) shape += text(" d%d", p.dilation);
    return {shape, bytes(p.images, p.src.x), pixels(p.images, p.dst) * p.dst.channels * p.kernel * p.kernel};
  }
  Convolution of(const Conv& p) const {
    const Extent kernel = p.window.kernel, stride = p.window.stride;
    const double perPixel = static_cast<double>(p.src.x.channels) * kernel.cells() * p.dst.channels;
    const std::string moved = p.window.isSquare() ? window(kernel.y, stride.y)
                                                  : text(" k%dx%d s%dx%d", kernel.y, kernel.x, stride.y, stride.x);
    return {text("%d>", p.src.x.channels) + map(p.dst) + moved, bytes(p.images, p.src.x),
            pixels(p.images, p.dst) * perPixel};
  }
  Convolution of(const Pointwise& p) const {
    int channels = 0;
    for (int i = 0; i < p.termCount; ++i) channels += p.terms[i].src.x.channels;
    return {text("%d>", channels) + map(p.dst) + window(1, p.stride), pixels(p.images, p.dst) * channels * value,
            pixels(p.images, p.dst) * channels * p.dst.channels};
  }

  template <class Parameters>
  Work forward(const Parameters& p) const {
    const Convolution c = of(p);
    return {c.shape, c.sourceBytes + bytes(p.images, p.dst), c.multiplyAdds * kOperationsPerMultiplyAdd};
  }
  /// The gradient of the weights, and of the source unless it takes none: 0 bytes.
  template <class Parameters>
  Work backward(const Parameters& p, double gradientBytes) const {
    const Convolution c = of(p.forward);
    const double gradients = gradientBytes > 0 ? kBothGradients : 1;
    return {c.shape, c.sourceBytes + bytes(p.forward.images, p.upstream) + gradientBytes,
            c.multiplyAdds * gradients * kOperationsPerMultiplyAdd};
  }

  Work work(const SepConv& p) const { return forward(p); }
  Work work(const Depthwise& p) const { return forward(p); }
  Work work(const Conv& p) const { return forward(p); }
  Work work(const Pointwise& p) const { return forward(p); }
  Work work(const SepConvBackward& p) const { return backward(p, bytes(p.forward.images, p.dsrc)); }
  Work work(const DepthwiseBackward& p) const { return backward(p, bytes(p.forward.images, p.dsrc)); }
  Work work(const ConvBackward& p) const { return backward(p, bytes(p.forward.images, p.dsrc)); }
  Work work(const PointwiseBackward& p) const {
    double gradients = 0;
    for (int i = 0; i < p.forward.termCount; ++i) gradients += bytes(p.forward.images, p.gradients[i].dsrc);
    return backward(p, gradients);
  }

  std::string shapeOf(const Pool& p) const {
    return (p.maximum ? "max " : "avg ") + map(p.dst) + window(p.kernel, p.stride);
  }
  Work work(const Pool& p) const { return {shapeOf(p), bytes(p.images, p.src.x) + bytes(p.images, p.dst), 0}; }
  Work work(const PoolBackward& p) const {
    const int images = p.forward.images;
    // The average of plain values needs no look at them.
    const bool looks = p.forward.maximum || p.forward.src.relu;
    return {shapeOf(p.forward),
            (looks ? bytes(images, p.forward.src.x) : 0) + bytes(images, p.upstream) + bytes(images, p.dsrc), 0};
  }

  Work work(const Add& p) const {
    Work w{map(p.dst) + text(" x%d", p.operandCount), bytes(p.images, p.dst), 0};
    for (int i = 0; i < p.operandCount; ++i) w.bytes += bytes(p.images, p.operands[i].src.x);
    return w;
  }
  Work work(const AddBackward& p) const {
    const int images = p.forward.images;
    Work w{map(p.g) + text(" x%d", p.forward.operandCount), bytes(images, p.g), 0};
    for (int i = 0; i < p.forward.operandCount; ++i) {
      w.bytes += bytes(images, p.gradients[i]);
      if (p.forward.operands[i].src.relu) w.bytes += bytes(images, p.forward.operands[i].src.x);
    }
    return w;
  }
  Work work(const WeightedSum& p) const {
    Work w{map(p.dst) + text(" x%d", p.termCount), bytes(p.images, p.dst), 0};
    for (int i = 0; i < p.termCount; ++i) w.bytes += bytes(p.images, p.terms[i].src.x);
    return w;
  }
  Work work(const WeightedSumBackward& p) const {
    Work w{map(p.g) + text(" x%d", p.forward.termCount), bytes(p.forward.images, p.g), 0};
    for (int i = 0; i < p.forward.termCount; ++i) w.bytes += bytes(p.forward.images, p.gradients[i]);
    return w;
  }
  Work work(const Mixture& p) const { return {"", 2.0 * p.rows * p.columns * kFloat, 0}; }
  Work work(const MixtureBackward& p) const {
    Work w;
    for (int i = 0; i < p.termCount; ++i)
      w.bytes += static_cast<double>(p.slots) * 2 * p.terms[i].channels * sizeof(double);
    return w;
  }

  Work work(const GradientSums& p) const {
    Work w{map(p.g) + text(" x%d", p.termCount), bytes(p.images, p.g), 0};
    for (int i = 0; i < p.termCount; ++i) w.bytes += bytes(p.images, p.terms[i].y);
    return w;
  }

  Work work(const GlobalPool& p) const { return {map(p.src.x), bytes(p.images, p.src.x), 0}; }
  Work work(const GlobalPoolBackward& p) const {
    const int images = p.forward.images;
    return {map(p.forward.src.x), bytes(images, p.dsrc) + (p.forward.src.relu ? bytes(images, p.forward.src.x) : 0), 0};
  }
  Work work(const Linear& p) const {
    const double multiplyAdds = static_cast<double>(p.images) * p.inputs * p.outputs;
    return {text("%d>%d", p.inputs, p.outputs), static_cast<double>(p.images) * (p.inputs + p.outputs) * kFloat,
            multiplyAdds * kOperationsPerMultiplyAdd};
  }
  Work work(const LinearBackward& p) const {
    const Work w = work(p.forward);
    return {w.shape, w.bytes + static_cast<double>(p.forward.images) * p.forward.inputs * kFloat,
            w.operations * kBothGradients};
  }
  Work work(const Loss& p) const {
    return {"", static_cast<double>(p.images) * p.classes * kFloat * (p.dlogits == nullptr ? 1 : 2), 0};
  }

  Work work(const CopyInput& p) const {
    return {map(p.dst), bytes(p.images, p.dst) + pixels(p.images, p.dst) * p.dst.channels * kFloat, 0};
  }
  Work work(const Augment& p) const {
    return {map(p.dst), bytes(p.images, p.dst) + pixels(p.images, p.dst) * p.dst.channels, 0};
  }
  Work work(const MaskDraw& p) const { return {"", static_cast<double>(p.images) * p.width * kFloat, 0}; }

  Work work(const BatchNorm& p) const {
    return {"", p.useRunning ? 0 : static_cast<double>(p.slots) * 2 * p.channels * sizeof(double), 0};
  }
  Work work(const BatchNormBackward& p) const {
    return {"", static_cast<double>(p.slots) * 2 * p.channels * sizeof(double), 0};
  }
  Work work(const ReduceGradient& p) const {
    return {"", (static_cast<double>(p.slots) + 2) * p.rows * p.cols * kFloat, 0};
  }
  Work work(const SumOfSquares& p) const { return ofUpdate(p, 1); }
  Work work(const GradientClip& p) const {
    return {"", (static_cast<double>(p.slots) + p.lossSlots) * sizeof(double), 0};
  }
  Work work(const Sgd& p) const { return ofUpdate(p, p.gradient == nullptr ? 4 : 5); }
  Work work(const Displace& p) const {
    return ofUpdate(p, 1 + (p.base == nullptr ? 0 : 1) + (p.direction == nullptr ? 0 : 1));
  }
  Work work(const Average& p) const { return ofUpdate(p, 3); }
  Work work(const Adam& p) const { return ofUpdate(p, 7); }

  Work work(const ControllerTrain& p) const {
    const bool backward = p.gradients != nullptr;
    const double passes = backward ? 1 + kBothGradients : 1;
    return ofController(p.input, encoderMultiplyAdds(p.input.shape) + decoderMultiplyAdds(p.input.shape), passes,
                        backward ? p.input.groups : 0);
  }
  Work work(const ControllerEncode& p) const { return ofController(p.input, encoderMultiplyAdds(p.input.shape), 1, 0); }
  Work work(const ControllerGenerate& p) const {
    return ofController(p.input, encoderMultiplyAdds(p.input.shape) + p.stepSizes * decoderMultiplyAdds(p.input.shape),
                        1, 0);
  }

 private:
  /// Of a sequence, as the formulas have them.
  static double encoderMultiplyAdds(const ControllerShape& s) {
    return 1.0 * s.steps() * s.gates() * (s.inputs() + s.hidden);
  }
  static double decoderMultiplyAdds(const ControllerShape& s) {
    const double attention = 3.0 * s.hidden + 2.0 * s.steps() + s.vocabulary;  // Q and C, weights and context, O
    return 1.0 * s.tokens * s.hidden * (4.0 * (s.hidden + s.hidden) + attention);
  }
  /// Of all ranges, how often an element is read or written.
  static Work ofUpdate(const OverRanges& p, int touches) {
    double elements = 0;
    for (int i = 0; i < p.rangeCount; ++i) elements += static_cast<double>(p.ranges[i].count);
    return {"", elements * kFloat * touches, 0};
  }
  /// gradients: arrays as large as the weights that are written, one a group.
  Work ofController(const ControllerInput& in, double multiplyAdds, double passes, int gradients) const {
    return {text("%d x %d H%d", in.sequences, in.shape.tokens, in.shape.hidden),
            (1.0 + gradients) * static_cast<double>(in.shape.count()) * kFloat,
            multiplyAdds * in.sequences * passes * kOperationsPerMultiplyAdd};
  }
};

}  // namespace

Work workOf(const KernelCall& call, int valueBytes) {
  const Counter counter{static_cast<double>(valueBytes)};
  return std::visit([&](const auto& p) { return counter.work(p); }, call);
}

}  // namespace nao::model
