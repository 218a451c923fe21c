#include "model/bind_launches.h"

#include <utility>

namespace nao::model {

using namespace kernels;
using program::Kind;
using program::Launch;
using program::Norm;
using program::Read;
using program::Weight;

namespace {

class LaunchBinder {
 public:
  LaunchBinder(const program::Plan& plan, const Parameters& parameters, const StepShape& shape, const StepViews& view,
               Bound& bound)
      : plan_(plan),
        parameters_(parameters),
        shape_(shape),
        bound_(bound),
        view_(view),
        blocks_(blockCount(shape.images)) {}

  void bind(const Launch& launch) {
    wave_ = launch.wave;
    phase_ = launch.phase;
    switch (launch.kind) {
      case Kind::Input:
      case Kind::Mask:
      case Kind::Loss:
        break;  // bind_values.h
      case Kind::SepConv:
        call(sepConv(launch), blocks_ * launch.pieces);
        break;
      case Kind::SepConvBackward: {
        SepConvBackward k;
        k.forward = sepConv(launch);
        k.upstream = view_.upstream(launch);
        k.dsrc = view_.target(launch, 0);
        if (launch.sourceSums >= 0) k.sourceSums = view_.gradientSums(launch.reads[0].norm, launch.sourceSums);
        k.depthwiseGradient = view_.partial(launch, 0);
        k.pointwiseGradient = view_.partial(launch, 1);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Depthwise:
        call(depthwise(launch), blocks_ * launch.pieces);
        break;
      case Kind::DepthwiseBackward: {
        DepthwiseBackward k;
        k.forward = depthwise(launch);
        k.upstream = view_.upstream(launch);
        k.dsrc = view_.target(launch, 0);
        if (launch.sourceSums >= 0) k.sourceSums = view_.gradientSums(launch.reads[0].norm, launch.sourceSums);
        k.weightGradient = view_.partial(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Pointwise:
        call(pointwise(launch), blocks_ * launch.pieces);
        break;
      case Kind::PointwiseBackward: {
        PointwiseBackward k;
        k.forward = pointwise(launch);
        k.upstream = view_.upstream(launch);
        std::vector<PointwiseTermGradient> gradients;
        for (std::size_t i = 0; i < launch.reads.size(); ++i)
          gradients.push_back({view_.target(launch, i), view_.partial(launch, i)});
        bound_.termGradients.push_back(std::move(gradients));
        k.gradients = bound_.termGradients.back().data();
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Conv:
        call(conv(launch), blocks_ * launch.pieces);
        break;
      case Kind::ConvBackward: {
        ConvBackward k;
        k.forward = conv(launch);
        k.upstream = view_.upstream(launch);
        k.dsrc = view_.target(launch, 0);
        k.weightGradient = view_.partial(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Pool:
        call(pool(launch), blocks_ * launch.pieces);
        break;
      case Kind::PoolBackward: {
        PoolBackward k;
        k.forward = pool(launch);
        k.upstream = view_.upstream(launch);
        k.dsrc = view_.target(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Add:
        call(add(launch), blocks_ * launch.pieces);
        break;
      case Kind::AddBackward: {
        AddBackward k;
        k.forward = add(launch);
        k.g = view_.tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
        bound_.sourceGradients.push_back({view_.target(launch, 0)});
        k.gradients = bound_.sourceGradients.back().data();
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::WeightedSum:
        call(weightedSum(launch), blocks_ * launch.pieces);
        break;
      case Kind::WeightedSumBackward: {
        WeightedSumBackward k;
        k.forward = weightedSum(launch);
        k.g = view_.tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
        bound_.sourceGradients.push_back({view_.target(launch, 0)});
        k.gradients = bound_.sourceGradients.back().data();
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Mixture:
        call(mixture(launch.mixture), 1);
        break;
      case Kind::MixtureBackward:
        bindMixtureBackward(launch);
        break;
      case Kind::GradientSums:
        bindGradientSums(launch);
        break;
      case Kind::BatchNorm:
        bindBatchNorm(launch.norm);
        break;
      case Kind::BatchNormBackward:
        bindBatchNormBackward(launch);
        break;
      case Kind::ReduceGradient:
        bindReduceGradient(launch);
        break;
      case Kind::GlobalPool:
        call(globalPool(launch), blocks_ * launch.pieces);
        break;
      case Kind::GlobalPoolBackward: {
        GlobalPoolBackward k;
        k.forward = globalPool(launch);
        k.dfeatures = view_.memory(launch.gradient) + launch.dstFirst;
        k.dsrc = view_.target(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Linear:
        call(linear(launch), blocks_ * launch.pieces);
        break;
      case Kind::LinearBackward: {
        LinearBackward k;
        k.forward = linear(launch);
        k.ddst = view_.memory(launch.gradient);
        k.dfeatures = view_.memory(launch.reads[0].target.buffer);
        k.weightGradient = view_.partial(launch, 0);
        k.biasGradient = launch.weights.size() > 1 ? view_.partial(launch, 1) : nullptr;
        call(k, blocks_ * launch.pieces);
        break;
      }
    }
  }

 private:
  void call(KernelCall made, int items) { bound_.calls.push_back({std::move(made), items, wave_, phase_}); }

  /// A Depthwise or a SepConv, all but its weights.
  template <class Convolution>
  Convolution ofDepthwise(const Launch& launch) const {
    Convolution k;
    k.images = shape_.images;
    k.src = view_.source(launch.reads[0]);
    k.kernel = launch.kernel;
    k.stride = launch.stride;
    k.dilation = launch.dilation;
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    k.sums = view_.sums(launch);
    return k;
  }
  Depthwise depthwise(const Launch& launch) const {
    Depthwise k = ofDepthwise<Depthwise>(launch);
    k.weight = view_.weight(launch, 0);
    return k;
  }
  SepConv sepConv(const Launch& launch) const {
    SepConv k = ofDepthwise<SepConv>(launch);
    k.depthwise = view_.weight(launch, 0);
    k.pointwise = view_.weight(launch, 1);
    if (launch.kept >= 0) k.kept = view_.tensor(launch.kept, 0, k.src.x.channels);
    return k;
  }
  Pointwise pointwise(const Launch& launch) {
    std::vector<PointwiseTerm> terms;
    for (std::size_t i = 0; i < launch.reads.size(); ++i) {
      PointwiseTerm term;
      term.src = view_.source(launch.reads[i]);
      term.weight = view_.weight(launch, i);
      term.rowStride = launch.weights[i].rowStride;
      term.offset = launch.reads[i].offset > 0 ? launch.reads[i].offset : 0;
      terms.push_back(term);
    }
    bound_.terms.push_back(std::move(terms));
    Pointwise k;
    k.images = shape_.images;
    k.terms = bound_.terms.back().data();
    k.termCount = static_cast<int>(bound_.terms.back().size());
    k.stride = launch.stride;
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    k.sums = view_.sums(launch);
    return k;
  }
  Conv conv(const Launch& launch) const {
    Conv k;
    k.images = shape_.images;
    k.src = view_.source(launch.reads[0]);
    k.window = launch.window;
    k.weight = view_.weight(launch, 0);
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    k.sums = view_.sums(launch);
    return k;
  }
  Pool pool(const Launch& launch) const {
    Pool k;
    k.images = shape_.images;
    k.src = view_.source(launch.reads[0]);
    k.maximum = launch.maximum;
    k.kernel = launch.kernel;
    k.stride = launch.stride;
    k.padding = launch.padding;
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    k.sums = view_.sums(launch);
    return k;
  }
  /// The pool that an add does while it reads.
  const Pool* readPool(const Read& read) {
    const program::ReadPool& pool = at(plan_.pools, read.pool);
    Pool k;
    k.images = shape_.images;
    k.src = view_.source(read);
    k.maximum = pool.maximum;
    k.kernel = pool.kernel;
    k.stride = pool.stride;
    k.padding = pool.padding;
    k.dst.channels = read.channels;
    k.dst.height = pool.height;
    k.dst.width = pool.width;
    return &bound_.pools.emplace_back(k);
  }
  Add add(const Launch& launch) {
    std::vector<AddOperand> operands;
    for (const Read& read : launch.reads)
      operands.push_back({view_.source(read), view_.mask(read.mask), read.pool < 0 ? nullptr : readPool(read)});
    bound_.operands.push_back(std::move(operands));
    Add k;
    k.images = shape_.images;
    k.operands = bound_.operands.back().data();
    k.operandCount = static_cast<int>(bound_.operands.back().size());
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    return k;
  }
  WeightedSum weightedSum(const Launch& launch) {
    std::vector<WeightedTerm> terms;
    for (const Read& read : launch.reads)
      terms.push_back({view_.source(read), view_.mixtureWeights(launch.mixture) + read.element});
    bound_.weightedTerms.push_back(std::move(terms));
    WeightedSum k;
    k.images = shape_.images;
    k.terms = bound_.weightedTerms.back().data();
    k.termCount = static_cast<int>(bound_.weightedTerms.back().size());
    k.dst = view_.destination(launch);
    k.pieces = launch.pieces;
    return k;
  }
  Mixture mixture(int index) const {
    const program::Mixture& m = at(plan_.mixtures, index);
    return {m.rows, m.columns, parameters_.data(NAO_VALUE, m.tensor), view_.mixtureWeights(index)};
  }
  GlobalPool globalPool(const Launch& launch) const {
    GlobalPool k;
    k.images = shape_.images;
    k.src = view_.source(launch.reads[0]);
    k.features = view_.memory(launch.dst) + launch.dstFirst;
    k.featureStride = at(plan_.buffers, launch.dst).channels;
    k.pieces = launch.pieces;
    return k;
  }
  Linear linear(const Launch& launch) const {
    Linear k;
    k.images = shape_.images;
    k.inputs = launch.weights[0].columns;
    k.outputs = launch.weights[0].rows;
    k.features = view_.memory(launch.reads[0].buffer);
    k.mask = view_.mask(launch.reads[0].mask);
    k.weight = view_.weight(launch, 0);
    k.bias = launch.weights.size() > 1 ? view_.weight(launch, 1) : nullptr;
    k.dst = view_.memory(launch.dst);
    return k;
  }

  void bindGradientSums(const Launch& launch) {
    std::vector<GradientSumsTerm> terms;
    for (const Read& read : launch.reads)
      terms.push_back({view_.tensor(read.buffer, read.first, read.channels),
                       view_.mask(read.mask),
                       {view_.doubles(read.sums), read.channels, 0}});
    bound_.sumsTerms.push_back(std::move(terms));
    GradientSums k;
    k.images = shape_.images;
    k.g = view_.tensor(launch.gradient, 0, launch.reads[0].channels);
    k.terms = bound_.sumsTerms.back().data();
    k.termCount = static_cast<int>(bound_.sumsTerms.back().size());
    k.pieces = launch.pieces;
    call(k, blocks_ * launch.pieces);
  }

  void bindMixtureBackward(const Launch& launch) {
    std::vector<MixtureTerm> terms;
    for (const Read& read : launch.reads) {
      const Source src = view_.source(read);
      terms.push_back({view_.doubles(read.sums), read.channels, src.scale, src.shift, read.element});
    }
    bound_.mixtureTerms.push_back(std::move(terms));
    MixtureBackward k;
    k.forward = mixture(launch.mixture);
    k.slots = blocks_ * launch.pieces;
    k.terms = bound_.mixtureTerms.back().data();
    k.termCount = static_cast<int>(bound_.mixtureTerms.back().size());
    k.gradient = parameters_.data(NAO_GRADIENT, at(plan_.mixtures, launch.mixture).tensor);
    call(k, 1);
  }

  void bindBatchNorm(int index) {
    const Norm& n = at(plan_.norms, index);
    BatchNorm k;
    k.slots = blocks_ * n.pieces;
    k.channels = n.channels;
    k.count = static_cast<double>(shape_.images) * n.height * n.width;
    k.sums = view_.doubles(n.sums);
    k.gamma = view_.optional(NAO_VALUE, n.gamma);
    k.beta = view_.optional(NAO_VALUE, n.beta);
    k.runningMean = view_.optional(NAO_VALUE, n.runningMean);
    k.runningVariance = view_.optional(NAO_VALUE, n.runningVariance);
    k.useRunning = view_.useRunning(index);
    k.updateRunning =
        shape_.training ? !shape_.gradientsOnly : (shape_.statistics == NAO_AUTHORS_STATISTICS && !n.keepsRunning);
    if (shape_.leavesStatistics && k.runningMean != nullptr) {
      k.runningMean = parameters_.batchStatistics() + parameters_.offset(n.runningMean);
      k.runningVariance = parameters_.batchStatistics() + parameters_.offset(n.runningVariance);
      k.momentum = 1;
    }
    k.scale = view_.vector(index, 0);
    k.shift = view_.vector(index, 1);
    k.mean = view_.vector(index, 2);
    k.inverse = view_.vector(index, 3);
    call(k, 1);
  }

  void bindBatchNormBackward(const Launch& launch) {
    const int index = launch.norm;
    const Norm& n = at(plan_.norms, index);
    BatchNormBackward k;
    k.slots = blocks_ * n.pieces;
    k.channels = n.channels;
    k.count = static_cast<double>(shape_.images) * n.height * n.width;
    k.sums = view_.doubles(n.gradientSums);
    if (launch.mixture >= 0) k.weight = view_.mixtureWeights(launch.mixture) + launch.element;
    k.scale = view_.vector(index, 0);
    k.mean = view_.vector(index, 2);
    k.inverse = view_.vector(index, 3);
    k.coefficients = view_.vector(index, 4);
    k.gammaGradient = view_.optional(NAO_GRADIENT, n.gamma);
    k.betaGradient = view_.optional(NAO_GRADIENT, n.beta);
    call(k, 1);
  }

  void bindReduceGradient(const Launch& launch) {
    const Weight& w = launch.weights[0];
    ReduceGradient k;
    k.slots = blocks_ * launch.pieces;
    k.partial = view_.partial(launch, 0);
    k.rows = w.rows;
    k.cols = w.columns;
    k.gradient = parameters_.data(NAO_GRADIENT, w.tensor) + w.offset;
    k.rowStride = w.rowStride;
    call(k, 1);
  }

  const program::Plan& plan_;
  const Parameters& parameters_;
  const StepShape& shape_;
  Bound& bound_;
  const StepViews& view_;
  const int blocks_;
  int wave_ = 0, phase_ = -1;
};

}  // namespace

void bindLaunch(const Launch& launch, const program::Plan& plan, const Parameters& parameters, const StepShape& shape,
                const StepViews& view, Bound& bound) {
  LaunchBinder(plan, parameters, shape, view, bound).bind(launch);
}

}  // namespace nao::model
