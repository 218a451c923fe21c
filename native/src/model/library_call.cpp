#include "model/library_call.h"

#include <cstdint>

namespace nao::model {
namespace {

using namespace kernels;

/// Fewer inputs and outputs together are no work for a matrix library.
constexpr int kLeastPointwiseChannels = 64;
constexpr int kMostAlignment = 16;

/// What goes before and after the products is an add's, which knows no ReLU6.
bool fits(const Source& src) { return src.x.channels <= kMostLibraryChannels && !src.relu6; }
bool fits(const Conv& p) {
  const auto& [kernel, stride, padding] = p.window;
  const auto out = [&](int size) { return (size + 2 * padding.y - kernel.y) / stride.y + 1; };
  return p.window.isSquare() && fits(p.src) && p.dst.channels <= kMostLibraryChannels &&
         out(p.src.x.height) == p.dst.height && out(p.src.x.width) == p.dst.width;
}
bool fits(const Pointwise& p) {
  int channels = p.dst.channels;
  for (int i = 0; i < p.termCount; ++i) {
    const PointwiseTerm& term = p.terms[i];
    if (term.offset != 0 || !fits(term.src)) return false;
    channels += term.src.x.channels;
  }
  return p.stride == 1 && channels >= kLeastPointwiseChannels && p.dst.channels <= kMostLibraryChannels;
}

struct Chooser {
  Libraries operator()(const Conv& p) const { return fits(p) ? Libraries::cudnn : Libraries::none; }
  Libraries operator()(const Pointwise& p) const { return fits(p) ? Libraries::cublasLt : Libraries::none; }
  Libraries operator()(const ConvBackward& p) const { return backward(p); }
  Libraries operator()(const PointwiseBackward& p) const {
    // Kernels after the products run at the same time: no two may add to the same gradient.
    for (int i = 0; i < p.forward.termCount; ++i)
      for (int j = 0; j < i; ++j) {
        const float* const gradient = p.gradients[i].dsrc.g.data;
        if (gradient != nullptr && gradient == p.gradients[j].dsrc.g.data) return Libraries::none;
      }
    return backward(p);
  }
  template <class Parameters>
  Libraries operator()(const Parameters&) const {
    return Libraries::none;
  }

 private:
  template <class Parameters>
  Libraries backward(const Parameters& p) const {
    return p.forward.images % kLanes == 0 ? (*this)(p.forward) : Libraries::none;
  }
};

class Builder {
 public:
  Builder(nao_precision precision, const float* zeros, Scratch& scratch, Bound& storage)
      : bf16_(precision == NAO_BF16), zeros_(zeros), scratch_(scratch), storage_(storage) {}

  LibraryCall call;

  void add(const Conv& p) {
    convolve(convolution(p), weights(p), false);
    addSums(p.images, p.dst, p.sums, p.pieces);
  }
  void add(const Pointwise& p) {
    for (int i = 0; i < p.termCount; ++i) convolve(term(p, i), weights(p, i), i > 0);
    addSums(p.images, p.dst, p.sums, p.pieces);
  }
  void add(const ConvBackward& p) {
    const Tensor dy = upstream(p.upstream, p.forward.images, p.forward.pieces);
    call.slots = 1;
    backward(convolution(p.forward), weights(p.forward), dy, p.dsrc, p.weightGradient, true);
  }
  void add(const PointwiseBackward& p) {
    const Tensor dy = upstream(p.upstream, p.forward.images, p.forward.pieces);
    call.slots = blockCount(p.forward.images);
    for (int i = 0; i < p.forward.termCount; ++i)
      backward(term(p.forward, i), weights(p.forward, i), dy, p.gradients[i].dsrc, p.gradients[i].weightGradient,
               false);
  }
  template <class Parameters>
  void add(const Parameters&) {}

 private:
  /// A convolution of one source without its weights.
  struct Convolution {
    Product product;
    Source src;
    int images, pieces;
  };
  struct Weights {
    const float* data;
    std::int64_t count, rowStride;
  };

  static Convolution convolution(const Conv& p) {
    Convolution c{{}, p.src, p.images, p.pieces};
    c.product.dst = p.dst;
    c.product.kernel = p.window.kernel.y;
    c.product.stride = p.window.stride.y;
    c.product.padding = p.window.padding.y;
    return c;
  }
  static Convolution term(const Pointwise& p, int i) {
    Convolution c{{}, p.terms[i].src, p.images, p.pieces};
    c.product.dst = p.dst;
    return c;
  }
  static Weights weights(const Conv& p) {
    const std::int64_t row = static_cast<std::int64_t>(p.src.x.channels) * p.window.kernel.cells();
    return {p.weight, p.dst.channels * row, row};
  }
  static Weights weights(const Pointwise& p, int i) {
    const PointwiseTerm& t = p.terms[i];
    return {t.weight, (p.dst.channels - 1) * t.rowStride + t.src.x.channels, t.rowStride};
  }

  std::int64_t valueBytes() const { return bf16_ ? 2 : 4; }
  Tensor like(const Tensor& t, int images) const {
    Tensor map = t;
    map.blockStride = t.channels * t.channelStride;
    map.data = scratch_.take(map.blockStride * blockCount(images) * valueBytes());
    return map;
  }
  const AddOperand* kept(std::vector<AddOperand> operands) const {
    return storage_.operands.emplace_back(std::move(operands)).data();
  }

  /// z of a source as it lies in memory.
  Tensor normalised(const Convolution& c) {
    if (c.src.scale == nullptr && !c.src.relu) return c.src.x;
    const Tensor z = like(c.src.x, c.images);
    call.before.emplace_back(Add{c.images, kept({{c.src, nullptr, nullptr}}), 1, z, c.pieces});
    return z;
  }
  /// dy of an upstream: k0 * mask * g + k1 * y + k2.
  Tensor upstream(const Upstream& u, int images, int pieces) {
    if (u.coefficients == nullptr && u.mask == nullptr) return u.g;
    const Tensor dy = like(u.g, images);
    const float *const k = u.coefficients, *const ofY = k + u.coefficientStride;
    if (k == nullptr)
      call.before.emplace_back(Add{images, kept({{{u.g, nullptr, nullptr, false}, u.mask, nullptr}}), 1, dy, pieces});
    else
      call.before.emplace_back(Add{images,
                                   kept({{{u.g, k, zeros_, false}, u.mask, nullptr},
                                         {{u.y, ofY, ofY + u.coefficientStride, false}, nullptr, nullptr}}),
                                   2, dy, pieces});
    return dy;
  }

  /// Floats as values of a map of one pixel and channel, and back: what a global pool over one pixel does.
  Tensor single(void* values) const { return {static_cast<float*>(values), 1, 1, 1, kLanes, kLanes}; }
  void* rounded(const Weights& w) {
    void* const values = scratch_.take((w.count + kLanes) * valueBytes());
    GlobalPoolBackward copy;
    copy.forward.images = static_cast<int>(w.count);
    copy.forward.src.x = single(values);
    copy.forward.featureStride = 1;
    copy.dfeatures = w.data;
    copy.dsrc.g = single(values);
    call.before.emplace_back(copy);
    return values;
  }
  void* floats(float* dst, std::int64_t count) {
    void* const values = scratch_.take((count + kLanes) * valueBytes());
    GlobalPool copy;
    copy.images = static_cast<int>(count);
    copy.src.x = single(values);
    copy.features = dst;
    copy.featureStride = 1;
    call.after.emplace_back(copy);
    return values;
  }

  void setWeights(Product& product, const Weights& w) {
    product.weight = bf16_ ? rounded(w) : const_cast<float*>(w.data);
    product.rowStride = w.rowStride;
    product.weightAlignment = alignment(product.weight, w.rowStride * valueBytes());
  }
  static int alignment(const void* address, std::int64_t rowBytes) {
    int bytes = kMostAlignment;
    while (reinterpret_cast<std::uintptr_t>(address) % static_cast<unsigned>(bytes) != 0 || rowBytes % bytes != 0)
      bytes /= 2;
    return bytes;
  }

  void convolve(const Convolution& c, const Weights& w, bool accumulate) {
    Product product = c.product;
    product.blocks = blockCount(c.images);
    product.src = normalised(c);
    product.accumulate = accumulate;
    setWeights(product, w);
    call.products.push_back(product);
  }

  void backward(const Convolution& c, const Weights& w, const Tensor& dy, const SourceGradient& dsrc,
                float* weightGradient, bool gradientsLikeMaps) {
    Product ofWeights = c.product;
    ofWeights.kind = Product::Kind::weightGradient;
    ofWeights.blocks = blockCount(c.images);
    ofWeights.src = normalised(c);
    ofWeights.dst = dy;
    ofWeights.rowStride = static_cast<std::int64_t>(c.src.x.channels) * c.product.kernel * c.product.kernel;
    const std::int64_t count = ofWeights.rowStride * dy.channels;
    ofWeights.weight = bf16_ && gradientsLikeMaps ? floats(weightGradient, count) : weightGradient;
    ofWeights.weightAlignment = alignment(weightGradient, ofWeights.rowStride * static_cast<int>(sizeof(float)));
    call.products.push_back(ofWeights);
    call.partials.push_back(weightGradient);
    if (dsrc.g.data == nullptr) return;

    Product ofSource = c.product;
    ofSource.kind = Product::Kind::sourceGradient;
    ofSource.blocks = ofWeights.blocks;
    ofSource.dst = dy;
    setWeights(ofSource, w);
    const bool direct = !c.src.relu && !dsrc.accumulate;
    ofSource.src = direct ? dsrc.g : like(dsrc.g, c.images);
    call.products.push_back(ofSource);
    if (direct) return;
    AddBackward mask;
    mask.forward = {c.images, kept({{c.src, nullptr, nullptr}}), 1, c.src.x, c.pieces};
    mask.g = ofSource.src;
    mask.gradients = storage_.sourceGradients.emplace_back(1, dsrc).data();
    call.after.emplace_back(mask);
  }

  void addSums(int images, const Tensor& y, const Sums& sums, int pieces) {
    if (sums.data == nullptr) return;
    storage_.sumsTerms.push_back({{y, nullptr, sums}});
    call.after.emplace_back(GradientSums{images, y, storage_.sumsTerms.back().data(), 1, pieces});
  }

  const bool bf16_;
  const float* const zeros_;
  Scratch& scratch_;
  Bound& storage_;
};

}  // namespace

Libraries libraryFor(const KernelCall& call) { return std::visit(Chooser(), call); }

LibraryCall libraryCall(const KernelCall& call, nao_precision precision, const float* zeros, Scratch& scratch,
                        Bound& storage) {
  Builder builder(precision, zeros, scratch, storage);
  std::visit([&](const auto& parameters) { builder.add(parameters); }, call);
  return std::move(builder.call);
}

}  // namespace nao::model
