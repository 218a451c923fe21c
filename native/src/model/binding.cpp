#include "model/binding.h"

#include <algorithm>
#include <utility>

namespace nao::model {
namespace {

using namespace kernels;
using program::Buffer;
using program::Kind;
using program::Launch;
using program::Norm;
using program::Plan;
using program::Read;
using program::Weight;

class Binder {
 public:
  Binder(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory, const StepInput& input,
         Bound& bound)
      : program_(program),
        plan_(program.plan(input.training != nullptr)),
        parameters_(parameters),
        memory_(memory),
        input_(input),
        bound_(bound),
        blocks_(blockCount(input.images)) {}

  void run() {
    bound_ = Bound();
    bound_.calls.reserve(plan_.launches.size() + 2 * program_.ranges().size() + 1);
    for (const Launch& launch : plan_.launches) {
      wave_ = launch.wave;
      bind(launch);
    }
    if (input_.training != nullptr) bindUpdate();
    bound_.logits = memory(plan_.logits);
  }

 private:
  float* memory(int buffer) const { return memory_.arena + at(plan_.buffers, buffer).offset * blocks_; }
  double* doubles(int buffer) const { return reinterpret_cast<double*>(memory(buffer)); }
  float* vector(int norm, int row) const {
    const Norm& n = at(plan_.norms, norm);
    return memory_.fixed + n.vectors + static_cast<std::int64_t>(row) * n.channels;
  }
  template <class T>
  static const T& at(const std::vector<T>& list, int index) {
    return list[static_cast<std::size_t>(index)];
  }

  Tensor tensor(int buffer, int first, int channels) const {
    const Buffer& b = at(plan_.buffers, buffer);
    Tensor t;
    t.channels = channels;
    t.height = b.height;
    t.width = b.width;
    t.channelStride = planeStride(b.height, b.width);
    t.blockStride = b.floats * static_cast<int>(sizeof(float)) / plan_.mapBytes;
    char* const begin = reinterpret_cast<char*>(memory(buffer));
    t.data = reinterpret_cast<float*>(begin + first * t.channelStride * plan_.mapBytes);
    return t;
  }
  Tensor destination(const Launch& launch) const { return tensor(launch.dst, launch.dstFirst, launch.dstChannels); }

  Source source(const Read& read) const {
    Source s;
    s.x = tensor(read.buffer, read.first, read.channels);
    s.relu = read.relu;
    if (read.norm >= 0) {
      s.scale = vector(read.norm, 0) + read.first;
      s.shift = vector(read.norm, 1) + read.first;
    }
    return s;
  }

  /// Probability that drop-path or dropout keeps, at this step.
  float keep(const program::Mask& mask) const {
    if (mask.dropout) return input_.training->dropout_keep;
    const double total = static_cast<double>(input_.training->total_steps);
    const double progress = total > 0 ? static_cast<double>(input_.step + 1) / total : 1.0;
    const double clipped = progress < 1.0 ? progress : 1.0;
    return static_cast<float>(1.0 - clipped * static_cast<double>(mask.layerFraction) *
                                        (1.0 - static_cast<double>(input_.training->drop_path_keep)));
  }
  const float* mask(int index) const {
    if (index < 0 || keep(at(plan_.masks, index)) >= 1) return nullptr;
    return memory(at(plan_.masks, index).buffer);
  }

  Sums sums(const Launch& launch) const {
    Sums s;
    if (launch.norm < 0 || useRunning(launch.norm)) return s;
    s.data = doubles(at(plan_.norms, launch.norm).sums);
    s.channels = at(plan_.norms, launch.norm).channels;
    s.first = launch.dstFirst;
    return s;
  }
  Sums gradientSums(int norm, int buffer) const {
    Sums s;
    s.data = doubles(buffer);
    s.channels = at(plan_.norms, norm).channels;
    return s;
  }
  bool useRunning(int norm) const {
    if (input_.training != nullptr) return false;
    return input_.statistics == NAO_RUNNING_STATISTICS ||
           (input_.statistics == NAO_AUTHORS_STATISTICS && at(plan_.norms, norm).keepsRunning);
  }

  Upstream upstream(const Launch& launch) const {
    Upstream u;
    u.g = tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
    u.mask = mask(launch.gradientMask);
    if (launch.norm >= 0) {
      u.y = destination(launch);
      u.coefficients = vector(launch.norm, 4) + launch.dstFirst;
      u.coefficientStride = at(plan_.norms, launch.norm).channels;
    }
    return u;
  }
  SourceGradient target(const Launch& launch, std::size_t index) const {
    SourceGradient gradient;
    const program::Target& t = launch.targets[index];
    if (t.buffer < 0) return gradient;
    gradient.g = tensor(t.buffer, t.first, launch.reads[index].channels);
    gradient.accumulate = t.accumulate;
    return gradient;
  }

  const float* weight(const Launch& launch, std::size_t index) const {
    const Weight& w = launch.weights[index];
    return parameters_.data(NAO_VALUE, w.tensor) + w.offset;
  }
  float* optional(nao_array array, int tensorIndex) const {
    return tensorIndex < 0 ? nullptr : parameters_.data(array, tensorIndex);
  }
  float* partial(const Launch& launch, std::size_t index) const { return memory(launch.partials[index]); }

  void call(KernelCall made, int items) { bound_.calls.push_back({std::move(made), items, wave_}); }

  /// What the depthwise half of a separable convolution needs.
  SepConv depthwise(const Launch& launch) const {
    SepConv k;
    k.images = input_.images;
    k.src = source(launch.reads[0]);
    k.kernel = launch.kernel;
    k.stride = launch.stride;
    k.dilation = launch.dilation;
    k.depthwise = weight(launch, 0);
    k.pieces = launch.pieces;
    return k;
  }
  SepConv sepConv(const Launch& launch) const {
    SepConv k = depthwise(launch);
    k.pointwise = weight(launch, 1);
    k.dst = destination(launch);
    k.sums = sums(launch);
    if (launch.kept >= 0) k.kept = tensor(launch.kept, 0, k.src.x.channels);
    return k;
  }
  Pointwise pointwise(const Launch& launch) {
    std::vector<PointwiseTerm> terms;
    for (std::size_t i = 0; i < launch.reads.size(); ++i) {
      PointwiseTerm term;
      term.src = source(launch.reads[i]);
      term.weight = weight(launch, i);
      term.rowStride = launch.weights[i].rowStride;
      term.offset = launch.reads[i].offset > 0 ? launch.reads[i].offset : 0;
      terms.push_back(term);
    }
    bound_.terms.push_back(std::move(terms));
    Pointwise k;
    k.images = input_.images;
    k.terms = bound_.terms.back().data();
    k.termCount = static_cast<int>(bound_.terms.back().size());
    k.stride = launch.stride;
    k.dst = destination(launch);
    k.pieces = launch.pieces;
    k.sums = sums(launch);
    return k;
  }
  Conv conv(const Launch& launch) const {
    Conv k;
    k.images = input_.images;
    k.src = source(launch.reads[0]);
    k.kernel = launch.kernel;
    k.stride = launch.stride;
    k.padding = launch.padding;
    k.weight = weight(launch, 0);
    k.dst = destination(launch);
    k.pieces = launch.pieces;
    k.sums = sums(launch);
    return k;
  }
  Pool pool(const Launch& launch) const {
    Pool k;
    k.images = input_.images;
    k.src = source(launch.reads[0]);
    k.maximum = launch.maximum;
    k.kernel = launch.kernel;
    k.stride = launch.stride;
    k.padding = launch.padding;
    k.dst = destination(launch);
    k.pieces = launch.pieces;
    k.sums = sums(launch);
    return k;
  }
  /// The pool that an add does while it reads.
  const Pool* readPool(const Read& read) {
    const program::ReadPool& pool = at(plan_.pools, read.pool);
    Pool k;
    k.images = input_.images;
    k.src = source(read);
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
      operands.push_back({source(read), mask(read.mask), read.pool < 0 ? nullptr : readPool(read)});
    bound_.operands.push_back(std::move(operands));
    Add k;
    k.images = input_.images;
    k.operands = bound_.operands.back().data();
    k.operandCount = static_cast<int>(bound_.operands.back().size());
    k.dst = destination(launch);
    k.pieces = launch.pieces;
    return k;
  }
  const float* mixtureWeights(int mixture) const { return memory_.fixed + at(plan_.mixtures, mixture).weights; }
  WeightedSum weightedSum(const Launch& launch) {
    std::vector<WeightedTerm> terms;
    for (const Read& read : launch.reads)
      terms.push_back({source(read), mixtureWeights(launch.mixture) + read.element});
    bound_.weightedTerms.push_back(std::move(terms));
    WeightedSum k;
    k.images = input_.images;
    k.terms = bound_.weightedTerms.back().data();
    k.termCount = static_cast<int>(bound_.weightedTerms.back().size());
    k.dst = destination(launch);
    k.pieces = launch.pieces;
    return k;
  }
  Mixture mixture(int index) const {
    const program::Mixture& m = at(plan_.mixtures, index);
    return {m.rows, m.columns, parameters_.data(NAO_VALUE, m.tensor), memory_.fixed + m.weights};
  }
  GlobalPool globalPool(const Launch& launch) const {
    GlobalPool k;
    k.images = input_.images;
    k.src = source(launch.reads[0]);
    k.features = memory(launch.dst) + launch.dstFirst;
    k.featureStride = at(plan_.buffers, launch.dst).channels;
    k.pieces = launch.pieces;
    return k;
  }
  Linear linear(const Launch& launch) const {
    Linear k;
    k.images = input_.images;
    k.inputs = launch.weights[0].columns;
    k.outputs = launch.weights[0].rows;
    k.features = memory(launch.reads[0].buffer);
    k.mask = mask(launch.reads[0].mask);
    k.weight = weight(launch, 0);
    k.bias = launch.weights.size() > 1 ? weight(launch, 1) : nullptr;
    k.dst = memory(launch.dst);
    return k;
  }

  void bind(const Launch& launch) {
    switch (launch.kind) {
      case Kind::Input:
        bindInput(launch);
        break;
      case Kind::Mask:
        bindMask(at(plan_.masks, launch.mask));
        break;
      case Kind::SepConv:
        call(sepConv(launch), blocks_ * launch.pieces);
        break;
      case Kind::SepConvBackward: {
        SepConvBackward k;
        k.forward = sepConv(launch);
        k.upstream = upstream(launch);
        k.dsrc = target(launch, 0);
        if (launch.sourceSums >= 0) k.sourceSums = gradientSums(launch.reads[0].norm, launch.sourceSums);
        k.depthwiseGradient = partial(launch, 0);
        k.pointwiseGradient = partial(launch, 1);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::DepthwiseBackward: {
        DepthwiseBackward k;
        k.forward = depthwise(launch);
        k.g = tensor(launch.gradient, 0, k.forward.src.x.channels);
        k.dsrc = target(launch, 0);
        if (launch.sourceSums >= 0) k.sourceSums = gradientSums(launch.reads[0].norm, launch.sourceSums);
        k.depthwiseGradient = partial(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Pointwise:
        call(pointwise(launch), blocks_ * launch.pieces);
        break;
      case Kind::PointwiseBackward: {
        PointwiseBackward k;
        k.forward = pointwise(launch);
        k.upstream = upstream(launch);
        std::vector<PointwiseTermGradient> gradients;
        for (std::size_t i = 0; i < launch.reads.size(); ++i)
          gradients.push_back({target(launch, i), partial(launch, i)});
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
        k.upstream = upstream(launch);
        k.dsrc = target(launch, 0);
        k.weightGradient = partial(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Pool:
        call(pool(launch), blocks_ * launch.pieces);
        break;
      case Kind::PoolBackward: {
        PoolBackward k;
        k.forward = pool(launch);
        k.upstream = upstream(launch);
        k.dsrc = target(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Add:
        call(add(launch), blocks_ * launch.pieces);
        break;
      case Kind::AddBackward: {
        AddBackward k;
        k.forward = add(launch);
        k.g = tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
        bound_.sourceGradients.push_back({target(launch, 0)});
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
        k.g = tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
        bound_.sourceGradients.push_back({target(launch, 0)});
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
        k.dfeatures = memory(launch.gradient) + launch.dstFirst;
        k.dsrc = target(launch, 0);
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Linear:
        call(linear(launch), blocks_ * launch.pieces);
        break;
      case Kind::LinearBackward: {
        LinearBackward k;
        k.forward = linear(launch);
        k.ddst = memory(launch.gradient);
        k.dfeatures = memory(launch.targets[0].buffer);
        k.weightGradient = partial(launch, 0);
        k.biasGradient = launch.weights.size() > 1 ? partial(launch, 1) : nullptr;
        call(k, blocks_ * launch.pieces);
        break;
      }
      case Kind::Loss:
        bindLoss(launch);
        break;
    }
  }

  void bindInput(const Launch& launch) {
    const Tensor dst = tensor(launch.dst, 0, at(plan_.buffers, launch.dst).channels);
    if (input_.pixels != nullptr) {
      call(CopyInput{input_.images, input_.pixels, dst, launch.pieces}, blocks_ * launch.pieces);
      return;
    }
    Augment k = input_.augment;
    k.images = input_.images;
    k.dst = dst;
    k.pieces = launch.pieces;
    call(k, blocks_ * launch.pieces);
  }

  void bindMask(const program::Mask& m) {
    const float kept = keep(m);
    if (kept >= 1) return;
    MaskDraw draw;
    draw.images = input_.images;
    draw.width = m.width;
    draw.keep = kept;
    draw.seed = input_.training->seed;
    draw.step = static_cast<std::uint64_t>(input_.step);
    draw.site = static_cast<std::uint32_t>(m.site);
    draw.dst = memory(m.buffer);
    call(draw, 1);
  }

  void bindGradientSums(const Launch& launch) {
    std::vector<GradientSumsTerm> terms;
    for (std::size_t i = 0; i < launch.reads.size(); ++i) {
      const Read& read = launch.reads[i];
      terms.push_back({tensor(read.buffer, read.first, read.channels),
                       mask(read.mask),
                       {doubles(launch.sums[i]), read.channels, 0}});
    }
    bound_.sumsTerms.push_back(std::move(terms));
    GradientSums k;
    k.images = input_.images;
    k.g = tensor(launch.gradient, 0, launch.reads[0].channels);
    k.terms = bound_.sumsTerms.back().data();
    k.termCount = static_cast<int>(bound_.sumsTerms.back().size());
    k.pieces = launch.pieces;
    call(k, blocks_ * launch.pieces);
  }

  void bindMixtureBackward(const Launch& launch) {
    std::vector<MixtureTerm> terms;
    for (std::size_t i = 0; i < launch.reads.size(); ++i) {
      const Read& read = launch.reads[i];
      const Source src = source(read);
      terms.push_back({doubles(launch.sums[i]), read.channels, src.scale, src.shift, read.element});
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
    k.count = static_cast<double>(input_.images) * n.height * n.width;
    k.sums = doubles(n.sums);
    k.gamma = optional(NAO_VALUE, n.gamma);
    k.beta = optional(NAO_VALUE, n.beta);
    k.runningMean = optional(NAO_VALUE, n.runningMean);
    k.runningVariance = optional(NAO_VALUE, n.runningVariance);
    k.useRunning = useRunning(index);
    k.updateRunning = input_.training != nullptr ? input_.training->gradients_only == 0
                                                 : (input_.statistics == NAO_AUTHORS_STATISTICS && !n.keepsRunning);
    k.scale = vector(index, 0);
    k.shift = vector(index, 1);
    k.mean = vector(index, 2);
    k.inverse = vector(index, 3);
    call(k, 1);
  }

  void bindBatchNormBackward(const Launch& launch) {
    const int index = launch.norm;
    const Norm& n = at(plan_.norms, index);
    BatchNormBackward k;
    k.slots = blocks_ * n.pieces;
    k.channels = n.channels;
    k.count = static_cast<double>(input_.images) * n.height * n.width;
    k.sums = doubles(n.gradientSums);
    if (launch.mixture >= 0) k.weight = mixtureWeights(launch.mixture) + launch.element;
    k.scale = vector(index, 0);
    k.mean = vector(index, 2);
    k.inverse = vector(index, 3);
    k.coefficients = vector(index, 4);
    k.gammaGradient = optional(NAO_GRADIENT, n.gamma);
    k.betaGradient = optional(NAO_GRADIENT, n.beta);
    call(k, 1);
  }

  void bindReduceGradient(const Launch& launch) {
    const Weight& w = launch.weights[0];
    ReduceGradient k;
    k.slots = blocks_ * launch.pieces;
    k.partial = partial(launch, 0);
    k.rows = w.rows;
    k.cols = w.columns;
    k.gradient = parameters_.data(NAO_GRADIENT, w.tensor) + w.offset;
    k.rowStride = w.rowStride;
    call(k, 1);
  }

  void bindLoss(const Launch& launch) {
    const auto first = static_cast<std::int64_t>(bound_.losses.size()) * blocks_;
    bound_.losses.push_back({launch.factor, launch.auxiliary});
    Loss k;
    k.images = input_.images;
    k.classes = plan_.classes;
    k.logits = memory(launch.reads[0].buffer);
    k.labels = input_.labels;
    k.smoothing = input_.training != nullptr ? input_.training->label_smoothing : 0;
    k.weight = launch.factor;
    k.dlogits = launch.gradient >= 0 ? memory(launch.gradient) : nullptr;
    k.lossSums = memory_.lossSums + first;
    k.correct = memory_.correct + first;
    call(k, blocks_);
  }

  void bindUpdate() {
    const std::vector<Range>& ranges = program_.ranges();
    const float* gradients = parameters_.data(NAO_GRADIENT, -1);
    wave_ = plan_.waves;
    for (std::size_t i = 0; i < ranges.size(); ++i)
      call(SumOfSquares{ranges[i].count, gradients + ranges[i].offset, memory_.squares + i}, 1);

    GradientClip clip;
    clip.slots = static_cast<int>(ranges.size());
    clip.squares = memory_.squares;
    clip.lossSlots = plan_.losses * blocks_;
    clip.lossSums = memory_.lossSums;
    clip.clipNorm = input_.training->clip_norm;
    clip.before = memory_.before;
    clip.clip = memory_.clip;
    ++wave_;
    call(clip, 1);

    if (input_.training->gradients_only != 0) return;
    ++wave_;
    for (const Range& range : ranges) call(sgd(range, gradients + range.offset), 1);
    if (input_.training->idle_update == 0) return;
    std::vector<int> idle;
    for (int tensor = 0; tensor < parameters_.count(); ++tensor)
      if (!std::binary_search(program_.tensors().begin(), program_.tensors().end(), tensor)) idle.push_back(tensor);
    for (const Range& range : trainableRanges(parameters_, idle)) call(sgd(range, nullptr), 1);
  }
  Sgd sgd(const Range& range, const float* gradient) const {
    const nao_training& training = *input_.training;
    Sgd k;
    k.count = range.count;
    k.value = parameters_.data(NAO_VALUE, -1) + range.offset;
    k.momentumBuffer = parameters_.data(NAO_MOMENTUM, -1) + range.offset;
    k.gradient = gradient;
    k.clip = memory_.clip;
    k.learningRate = input_.learningRate;
    k.momentum = training.momentum;
    k.weightDecay = training.weight_decay;
    k.nesterov = training.nesterov != 0;
    return k;
  }

  const NetworkProgram& program_;
  const Plan& plan_;
  const Parameters& parameters_;
  const StepMemory& memory_;
  const StepInput& input_;
  Bound& bound_;
  const int blocks_;
  int wave_ = 0;
};

}  // namespace

const char* callName(std::size_t index) {
  static const char* const names[] = {"mask",
                                      "copy_input",
                                      "augment",
                                      "sep_conv",
                                      "sep_conv_backward",
                                      "depthwise_backward",
                                      "pointwise",
                                      "pointwise_backward",
                                      "conv",
                                      "conv_backward",
                                      "pool",
                                      "pool_backward",
                                      "add",
                                      "add_backward",
                                      "weighted_sum",
                                      "weighted_sum_backward",
                                      "mixture",
                                      "mixture_backward",
                                      "gradient_sums",
                                      "batch_norm",
                                      "batch_norm_backward",
                                      "reduce_gradient",
                                      "global_pool",
                                      "global_pool_backward",
                                      "linear",
                                      "linear_backward",
                                      "loss",
                                      "sum_of_squares",
                                      "gradient_clip",
                                      "sgd"};
  static_assert(sizeof names / sizeof names[0] == std::variant_size_v<KernelCall>);
  return names[index];
}

void bind(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory, const StepInput& input,
          Bound& bound) {
  Binder(program, parameters, memory, input, bound).run();
}

}  // namespace nao::model
