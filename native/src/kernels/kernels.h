// What every backend computes: one parameter structure per kernel family, and the table of functions a backend fills.
//
// Conventions, said once:
//  * A kernel runs one *item*. Unless said otherwise an item is one block of 16 images (tensor.h), and items of a
//    kernel may run at the same time on different threads. Work is never split by the number of threads, so results do
//    not depend on it.
//  * A backend with many small processors cuts blocks into `pieces`: item = block * pieces + piece, which takes the
//  rows
//    of tensor.h's pieceBegin(); of the output, and in the backward of the source's gradient. CPU kernels know one
//    piece only.
//  * Values are stored before their batch normalisation: a consumer forms z = scale[c] * x + shift[c] while it loads,
//    and then max(z, 0) where it wants the ReLU. Gradients are stored with respect to z.
//  * Activations are overwritten. Gradients of activations are overwritten or accumulated, as `accumulate` says.
//    What is summed over images goes to one slot per item; a later kernel adds the slots in order (deterministic).
//  * Weights have PyTorch's order: [out][in/groups][k][k]. Pointers marked "optional" may be null.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor.h"
#include "window.h"

namespace nao::kernels {

/// Sums per item and channel: data[(item * 2 + which) * channels + first + c]; which = 0, 1. Optional when data is
/// null.
struct Sums {
  double* data = nullptr;
  int channels = 0;  // of the whole batch normalisation
  int first = 0;     // where this kernel's channels begin

  constexpr double& at(int item, int which, int c) const {
    return data[(static_cast<std::int64_t>(item) * 2 + which) * channels + first + c];
  }
};

/// How a consumer reads a stored value: z = scale[c] * x + shift[c], then max(z, 0) if `relu`.
struct Source {
  Tensor x;
  const float* scale = nullptr;  // [channels]; optional: z = x
  const float* shift = nullptr;
  bool relu = false;
};

/// Where a backward kernel leaves d loss / d z of its source (the ReLU's mask already applied).
struct SourceGradient {
  Tensor g;                 // optional: not wanted when data is null
  bool accumulate = false;  // false: the whole tensor is overwritten, also pixels that the kernel never read
};

/// How a backward kernel reads the gradient of its raw output y:
/// dy = k[0][c] * mask[n] * g + k[1][c] * y + k[2][c]. Without coefficients dy = mask[n] * g; without mask, mask = 1.
struct Upstream {
  Tensor g;
  const float* mask = nullptr;          // [images, rounded up to 16]; optional
  Tensor y;                             // the kernel's own output, read only with coefficients
  const float* coefficients = nullptr;  // [3][channels of the batch normalisation], already offset to the first channel
  int coefficientStride = 0;            // from one of the three rows to the next
};

// ---- sep_conv: [BN, ReLU on load] -> depthwise k x k -> pointwise; sums of y and y*y for the next BN
// -----------------
struct SepConv {
  int images = 0;
  Source src;
  int kernel = 3;                    // 3, 5, 7; padding = dilation * (kernel / 2)
  int stride = 1;                    // 1, 2
  int dilation = 1;                  // 1, 2
  const float* depthwise = nullptr;  // [Cin][k][k]
  const float* pointwise = nullptr;  // [Cout][Cin]
  Tensor dst;
  Sums sums;    // of y, y * y; optional
  Tensor kept;  // where the depthwise output is left, as wide as Cin; optional, CPU kernels leave nothing
  int pieces = 1;
};
struct SepConvBackward {
  SepConv forward;
  Upstream upstream;
  SourceGradient dsrc;
  Sums sourceSums;                     // of g, g * x of the finished source gradient; optional, only without accumulate
  float* depthwiseGradient = nullptr;  // [items][Cin * k * k], overwritten
  float* pointwiseGradient = nullptr;  // [items][Cout * Cin], overwritten
};
/// The part of it that follows a pointwise_backward of what forward.kept holds.
struct DepthwiseBackward {
  SepConv forward;
  Tensor g;  // the gradient of kept
  SourceGradient dsrc;
  Sums sourceSums;                     // as above
  float* depthwiseGradient = nullptr;  // [items][Cin * k * k], overwritten
};

// ---- pointwise: 1x1 convolution over one or several sources (a concatenation), stride 1 or 2
// ------------------------- dst[co](y, x) = sum over terms, ci of weight[co * rowStride + ci] * z_term[ci](stride * y +
// offset, stride * x + offset); pixels outside the source are 0.
struct PointwiseTerm {
  Source src;
  const float* weight = nullptr;
  std::int64_t rowStride = 0;
  int offset = 0;  // 0, 1
};
struct Pointwise {
  int images = 0;
  const PointwiseTerm* terms = nullptr;
  int termCount = 0;
  int stride = 1;
  Tensor dst;
  Sums sums;  // of y, y * y; optional
  int pieces = 1;
};
struct PointwiseTermGradient {
  SourceGradient dsrc;
  float* weightGradient = nullptr;  // [items][Cout * Cin of the term], overwritten
};
struct PointwiseBackward {
  Pointwise forward;
  Upstream upstream;
  const PointwiseTermGradient* gradients = nullptr;  // [termCount]
};

// ---- conv: dense convolution, window.kernel is kh x kw (stem, auxiliary head, asymmetric convolutions)
struct Conv {
  int images = 0;
  Source src;
  Window window;
  const float* weight = nullptr;  // [Cout][Cin][kh][kw]
  Tensor dst;
  Sums sums;  // optional
  int pieces = 1;
};
struct ConvBackward {
  Conv forward;
  Upstream upstream;
  SourceGradient dsrc;
  float* weightGradient = nullptr;  // [items][Cout * Cin * kh * kw], overwritten
};

// ---- pool: average over the cells inside the image, or maximum (ties: first in row-major order takes the gradient)
// ----
struct Pool {
  int images = 0;
  Source src;
  bool maximum = false;
  int kernel = 3;
  int stride = 1;
  int padding = 1;
  Tensor dst;
  int pieces = 1;
  Sums sums;  // of y, y * y; optional
};
struct PoolBackward {
  Pool forward;
  Upstream upstream;
  SourceGradient dsrc;
};

// ---- add: dst = sum over operands of mask[n] * z, or of mask[n] * pool(z); without operands 0
// -------------------------------------------
struct AddOperand {
  Source src;
  const float* mask = nullptr;  // [images, rounded up to 16]; optional
  const Pool* pool = nullptr;   // the operand is this pool of the same source; its dst only says the size; optional
};
struct Add {
  int images = 0;
  const AddOperand* operands = nullptr;
  int operandCount = 0;
  Tensor dst;
  int pieces = 1;
};
/// dsrc[i] of operand i = mask * g (times its ReLU's mask); operands whose gradient is not wanted are skipped, as pools
/// must be.
struct AddBackward {
  Add forward;
  Tensor g;
  const SourceGradient* gradients = nullptr;  // [operandCount]
};

// ---- weighted_sum: dst = sum over terms of weight * z, a mixed operation (Liu et al. 2019, DARTS, eq. 2)
// -------------------------------------------
struct WeightedTerm {
  Source src;                     // without ReLU
  const float* weight = nullptr;  // one number
};
struct WeightedSum {
  int images = 0;
  const WeightedTerm* terms = nullptr;
  int termCount = 0;
  Tensor dst;
  int pieces = 1;
};
/// dsrc[i] of term i = weight * g; terms whose gradient is not wanted are skipped.
struct WeightedSumBackward {
  WeightedSum forward;
  Tensor g;
  const SourceGradient* gradients = nullptr;  // [termCount]
};

// ---- mixture: the weights of weighted sums, each row a softmax of its logits. One item.
// -------------------------------------------
struct Mixture {
  int rows = 0;
  int columns = 0;
  const float* logits = nullptr;  // [rows][columns]
  float* weights = nullptr;       // [rows][columns] out
};
/// A term of a weighted sum with gradient g: d loss / d weight = sum over c of scale[c] * s2[c] + shift[c] * s1[c] with
/// s1 the sum of g and s2 that of g * x.
struct MixtureTerm {
  const double* sums = nullptr;  // [slots][2][channels] of g, g * x
  int channels = 0;
  const float* scale = nullptr;  // [channels]; optional: 1, shift 0
  const float* shift = nullptr;
  int element = 0;  // of the weights: row * columns + column
};
/// Adds to the gradient of the logits what one weighted sum's terms contribute.
struct MixtureBackward {
  Mixture forward;
  int slots = 0;
  const MixtureTerm* terms = nullptr;
  int termCount = 0;
  float* gradient = nullptr;  // [rows][columns], accumulated
};

// ---- gradient_sums: sums of mask * g and mask * g * y per channel, for several y that share one g
// ----------------------
struct GradientSumsTerm {
  Tensor y;
  const float* mask = nullptr;  // optional
  Sums sums;
};
struct GradientSums {
  int images = 0;
  Tensor g;
  const GradientSumsTerm* terms = nullptr;
  int termCount = 0;
  int pieces = 1;
};

// ---- batch_norm: from sums to scale and shift; from gradient sums to coefficients. One item.
// -------------------------
struct BatchNorm {
  int slots = 0;
  int channels = 0;
  double count = 0;              // images * height * width
  const double* sums = nullptr;  // [slots][2][channels] of y, y * y; unused with useRunning
  const float* gamma = nullptr;  // optional: 1
  const float* beta = nullptr;   // optional: 0
  float* runningMean = nullptr;  // optional; updated with `momentum`, unbiased variance, if updateRunning
  float* runningVariance = nullptr;
  bool useRunning = false;
  bool updateRunning = false;
  float epsilon = 1e-5f;
  float momentum = 0.1f;
  float* scale = nullptr;    // [channels] out: gamma / sqrt(variance + epsilon)
  float* shift = nullptr;    // out: beta - mean * scale
  float* mean = nullptr;     // out
  float* inverse = nullptr;  // out: 1 / sqrt(variance + epsilon)
};
struct BatchNormBackward {
  int slots = 0;
  int channels = 0;
  double count = 0;
  const double* sums = nullptr;   // [slots][2][channels] of g, g * y
  const float* weight = nullptr;  // one number that g, also in the sums, is multiplied by; optional
  const float* scale = nullptr;
  const float* mean = nullptr;
  const float* inverse = nullptr;
  float* coefficients = nullptr;   // [3][channels] out, see Upstream
  float* gammaGradient = nullptr;  // [channels], accumulated; optional
  float* betaGradient = nullptr;
};

// ---- reduce_gradient: gradient[r * rowStride + c] += sum over slots of partial[slot][r * cols + c]. One item.
// -------
struct ReduceGradient {
  int slots = 0;
  const float* partial = nullptr;
  int rows = 0;
  int cols = 0;
  float* gradient = nullptr;
  std::int64_t rowStride = 0;
};

// ---- global_pool: features[n * featureStride + c] = mean over pixels of z. Pieces cut the channels, not the rows.
// --------------------------------------------
struct GlobalPool {
  int images = 0;
  Source src;
  float* features = nullptr;  // offset to the first feature of this source
  int featureStride = 0;
  int pieces = 1;
};
struct GlobalPoolBackward {
  GlobalPool forward;
  const float* dfeatures = nullptr;  // same offset and stride
  SourceGradient dsrc;
};

// ---- linear: logits[n][o] = bias[o] + sum weight[o][i] * mask[n][i] * features[n][i]
// ----------------------------------
struct Linear {
  int images = 0;
  int inputs = 0;
  int outputs = 0;
  const float* features = nullptr;  // [images][inputs]
  const float* mask = nullptr;      // [images][inputs]; optional (dropout)
  const float* weight = nullptr;    // [outputs][inputs]
  const float* bias = nullptr;      // [outputs]; optional
  float* dst = nullptr;             // [images][outputs]
};
struct LinearBackward {
  Linear forward;
  const float* ddst = nullptr;      // [images][outputs]
  float* dfeatures = nullptr;       // [images][inputs], overwritten
  float* weightGradient = nullptr;  // [items][outputs * inputs], overwritten
  float* biasGradient = nullptr;    // [items][outputs], overwritten; optional
};

// ---- loss: softmax cross-entropy, mean over the batch, label smoothing
// ------------------------------------------------
struct Loss {
  int images = 0;
  int classes = 0;
  const float* logits = nullptr;         // [images][classes]
  const std::int32_t* labels = nullptr;  // [images]
  float smoothing = 0;
  float weight = 1;                 // of this loss in the total
  float* dlogits = nullptr;         // [images][classes] out, weight / images included; optional
  double* lossSums = nullptr;       // [blocks] out: sum over the block's images, weight not included
  std::int32_t* correct = nullptr;  // [blocks] out: images whose largest logit (first of equals) is the label
};

// ---- augment: images of the resident data set -> normalised input
// ------------------------------------------------------ Random numbers: philox.h, key = seed, counter = (step, image
// position in the batch, site); drawn only if wanted.
struct Augment {
  int images = 0;
  const std::uint8_t* pixels = nullptr;   // [data set size][channels][height][width]
  const std::int32_t* indices = nullptr;  // [images]
  const float* mean = nullptr;            // [channels], in units of 0..1
  const float* deviation = nullptr;       // [channels]
  int cropPadding = 0;                    // 0: no crop
  bool flip = false;
  int cutout = 0;  // side of the square set to 0 after normalisation; 0: none
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  Tensor dst;
  int pieces = 1;
};

// ---- mask: fills a random mask with 1 / keep or 0. One item.
// --------------------------------------------------------- Random numbers: philox.h, counter = (step, index in dst,
// kSiteProgram + site). Images up to the next multiple of 16 are 0.
struct MaskDraw {
  int images = 0;
  int width = 1;  // numbers per image
  float keep = 1;
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint32_t site = 0;
  float* dst = nullptr;  // [images, rounded up to 16][width]
};

// ---- copy_input: explicit images N,C,H,W into the layout; lanes beyond them are 0
// -------------------------------------
struct CopyInput {
  int images = 0;
  const float* src = nullptr;  // [images][channels][height][width]
  Tensor dst;
  int pieces = 1;
};

// ---- gradient_norm: sums of squares of contiguous ranges of gradients; from those of a whole step its norm and clip.
// One item.
struct SumOfSquares {
  std::int64_t count = 0;
  const float* x = nullptr;
  double* sums = nullptr;  // [items] out
};
/// Whether a step may change the weights, and by which factor of its gradients.
struct Clip {
  double norm = 0;          // of all gradients
  float scale = 1;          // clipNorm / (norm + 1e-6) where the norm is larger than clipNorm
  std::int32_t finite = 1;  // 0: the norm or a loss is not finite
};
struct GradientClip {
  int slots = 0;
  const double* squares = nullptr;  // [slots]
  int lossSlots = 0;
  const double* lossSums = nullptr;  // [lossSlots]: only looked at for being finite
  float clipNorm = 0;                // 0: no clip
  const Clip* before = nullptr;      // of a step before: where that is not finite, this is not; optional
  Clip* clip = nullptr;              // out
};

// ---- sgd: one contiguous range of parameters. One item.
// ----------------------------------------------------------------- d = clipScale * gradient + weightDecay * value;  m
// = momentum * m + d;  value -= learningRate * (nesterov ? d + momentum * m : m)
struct Sgd {
  std::int64_t count = 0;
  float* value = nullptr;
  float* momentumBuffer = nullptr;
  const float* gradient = nullptr;  // optional: 0 (an idle parameter that still decays)
  float clipScale = 1;
  const Clip* clip = nullptr;  // optional: its scale takes the place of clipScale; unless finite nothing is changed
  float learningRate = 0;
  float momentum = 0;
  float weightDecay = 0;
  bool nesterov = false;
};

/// One backend. `scratch` functions give the floats of private memory an item needs; `run` functions run one item.
template <class Parameters>
struct Kernel {
  std::int64_t (*scratch)(const Parameters&);
  void (*run)(const Parameters&, int item, float* scratch);
};
struct KernelTable {
  const char* name;
  Kernel<SepConv> sepConv;
  Kernel<SepConvBackward> sepConvBackward;
  Kernel<Pointwise> pointwise;
  Kernel<PointwiseBackward> pointwiseBackward;
  Kernel<Conv> conv;
  Kernel<ConvBackward> convBackward;
  Kernel<Pool> pool;
  Kernel<PoolBackward> poolBackward;
  Kernel<Add> add;
  Kernel<AddBackward> addBackward;
  Kernel<WeightedSum> weightedSum;
  Kernel<WeightedSumBackward> weightedSumBackward;
  Kernel<GradientSums> gradientSums;
  Kernel<GlobalPool> globalPool;
  Kernel<GlobalPoolBackward> globalPoolBackward;
  Kernel<Linear> linear;
  Kernel<LinearBackward> linearBackward;
  Kernel<Augment> augment;
  // One body for all CPU backends (small, memory-bound or scalar work): filled from ref/.
  Kernel<MaskDraw> mask;
  Kernel<CopyInput> copyInput;
  Kernel<DepthwiseBackward> depthwiseBackward;
  Kernel<BatchNorm> batchNorm;
  Kernel<BatchNormBackward> batchNormBackward;
  Kernel<Mixture> mixture;
  Kernel<MixtureBackward> mixtureBackward;
  Kernel<ReduceGradient> reduceGradient;
  Kernel<Loss> loss;
  Kernel<Sgd> sgd;
  Kernel<SumOfSquares> sumOfSquares;
  Kernel<GradientClip> gradientClip;
};

const KernelTable& refKernels();
const KernelTable& avx2Kernels();
const KernelTable& avx512Kernels();

}  // namespace nao::kernels
