// A program lowered to kernel launches: what runs, in which wave, on which buffers. Sizes are per block of 16 images,
// so one plan serves every batch size. Indices only, no pointers: the model binds them to memory.
//
// Launches of one wave are independent of each other. Waves run in order.
//
// A plan may have phases: runs of waves whose launches need of each other only what concerns the same block of images,
// but for those that see all images at once (batch normalisations), which are a phase's last wave. So all of a phase
// can be done with one block after the other, while what it makes lies in a cache.
#pragma once

#include <cstdint>
#include <vector>

#include "program/program.h"

namespace nao::program {

/// Memory that lives from wave `first` to wave `last`.
struct Buffer {
  enum class Kind {
    Map,   // [blocks][channels] planes of height x width, kernels/tensor.h
    Rows,  // [images][channels] floats
    Raw    // [blocks] records: sums, weight gradients of one block
  };
  Kind kind = Kind::Map;
  int channels = 0;
  int height = 0;
  int width = 0;
  std::int64_t floats = 0;  // per block, a multiple of 16
  int first = -1;
  int last = -1;
  std::int64_t offset = 0;  // floats per block from the start of the arena
};

/// One batch normalisation. `vectors` is where its 7 rows of `channels` floats begin in the plan's fixed memory:
/// scale, shift, mean, inverse, and the three backward coefficients.
struct Norm {
  int channels = 0;
  int height = 0;
  int width = 0;
  int gamma = -1, beta = -1, runningMean = -1, runningVariance = -1;
  bool keepsRunning = false;
  int sums = -1;          // Raw buffer of y, y * y
  int gradientSums = -1;  // Raw buffer of g, g * y
  std::int64_t vectors = 0;
  int pieces = 1;  // of every launch that makes its sums or gradient sums
};

/// A random mask: drop-path (one number an image) or dropout (one a feature).
struct Mask {
  bool dropout = false;
  int site = 0;
  float layerFraction = 0;
  int width = 1;  // numbers an image
  int buffer = -1;
};

/// Logits of weighted sums, and where in the plan's fixed memory the softmax of their rows lies.
struct Mixture {
  int tensor = -1;
  int rows = 0;
  int columns = 0;
  std::int64_t weights = 0;
};

/// Where a backward launch leaves the gradient of what it reads.
struct Target {
  int buffer = -1;  // -1: not wanted
  int first = 0;
  bool accumulate = false;
};

/// How a launch reads a range of channels of a buffer (kernels::Source).
struct Read {
  int buffer = -1;
  int first = 0;
  int channels = 0;
  int norm = -1;
  int mask = -1;     // add: drop-path; linear: dropout
  int offset = -1;   // pointwise: subsampled at this offset; -1: not
  int pool = -1;     // add: the operand is this pool of what is read; -1: not
  int element = -1;  // weighted_sum: its weight's, in the launch's mixture
  bool relu = false;
  bool relu6 = false;  // only with relu
  int sums = -1;       // gradient_sums, mixture backward: Raw buffer
  Target target;       // backward
};

/// A pool that an add does while it reads, and the size of what comes out.
struct ReadPool {
  bool maximum = false;
  int kernel = 1, stride = 1, padding = 0;
  int height = 0, width = 0;
};

/// A weight tensor, or input channels of one.
struct Weight {
  int tensor = -1;
  std::int64_t offset = 0;     // elements before the first
  std::int64_t rowStride = 0;  // from one output to the next
  int rows = 0;
  int columns = 0;
  int partial = -1;  // backward: Raw buffer of its gradient's parts
};

enum class Kind {
  Input,
  Mask,
  SepConv,
  SepConvBackward,
  Depthwise,
  DepthwiseBackward,  // also of a SepConv, with a PointwiseBackward, where the depthwise output is kept
  Pointwise,
  PointwiseBackward,
  Conv,
  ConvBackward,
  Pool,
  PoolBackward,
  Add,
  AddBackward,
  WeightedSum,
  WeightedSumBackward,
  Mixture,
  MixtureBackward,
  GradientSums,
  BatchNorm,
  BatchNormBackward,
  ReduceGradient,
  GlobalPool,
  GlobalPoolBackward,
  Linear,
  LinearBackward,
  Loss
};

/// Of what slides over a map, conv has a `window`, the others a square kernel.
struct Launch {
  Kind kind{};
  std::vector<Read> reads;      // gradient_sums: the y of each term
  std::vector<Weight> weights;  // sep_conv: depthwise, pointwise; pointwise: one a read; linear: weight, bias
  int dst = -1;                 // buffer written forward; global_pool: the features
  int dstFirst = 0;
  int dstChannels = 0;
  int norm = -1;  // of dst
  int kept = -1;  // sep_conv: buffer of the depthwise output, for the backward
  kernels::Window window;
  int kernel = 1, stride = 1, padding = 0, dilation = 1;
  bool maximum = false;
  int mask = -1;     // Mask launches
  int mixture = -1;  // mixture, weighted_sum; batch_norm backward: whose element is a factor of the gradient
  int element = -1;
  float factor = 1;
  bool auxiliary = false;

  // backward: the forward fields are those of the launch it belongs to
  int gradient = -1;      // buffer of d loss / d dst; loss: where it is written
  int gradientMask = -1;  // drop-path mask on the way
  int sourceSums = -1;    // Raw buffer of the source's gradient sums, where this launch makes them

  int pieces = 1;  // of rows, a block of images is cut into; reduce_gradient: those of the launch it follows
  int wave = 0;
  int phase = -1;  // -1: the plan has none
};

struct Plan {
  std::vector<Buffer> buffers;
  std::vector<Norm> norms;
  std::vector<Mask> masks;
  std::vector<ReadPool> pools;
  std::vector<Mixture> mixtures;
  std::vector<Launch> launches;  // ordered by wave
  int waves = 0;
  std::int64_t arenaFloats = 0;  // per block
  std::int64_t fixedFloats = 0;  // norms' vectors
  int mapBytes = 4;              // of a value of a map
  int input = -1;
  int logits = -1;  // Rows buffer of the main loss
  int losses = 0;
  int classes = 0;
};

/// Into how many pieces a launch over maps of `rows` rows cuts each block of images (kernels.h).
using PieceRule = int (*)(int rows);
constexpr int wholeBlocks(int) { return 1; }

/// How programs are lowered for a device.
struct Rules {
  PieceRule pieces = wholeBlocks;
  /// A batch normalisation belongs to the wave of the last launch that makes its sums: whoever finishes those goes on
  /// with it.
  bool normsFollow = false;
  int mapBytes = 4;     // of a value of a map
  bool phases = false;  // of evaluations
  /// The backward of a separable convolution is two launches, and the forward keeps what is between them.
  bool keepsDepthwise = false;
};

/// Lowers a program: with `training` forward, backward and gradient reductions, otherwise forward only.
/// Throws Error(NAO_INVALID) for combinations that no kernel covers.
Plan lower(const Program& program, bool training, const Rules& rules);

/// What a launch does with a resource; used by the scheduler.
struct Access {
  enum class Kind {
    Read,
    Write,
    Slice  // writes a part of a fresh buffer: unordered among writers of other parts
  };
  Kind kind{};
  int resource = -1;
};
/// Of one launch. A batch normalisation's begin with its sums.
using Accesses = std::vector<Access>;
constexpr Access reads(int resource) { return {Access::Kind::Read, resource}; }
constexpr Access writes(int resource) { return {Access::Kind::Write, resource}; }

/// Gives every launch the earliest wave its accesses allow, sorts launches by wave and sets the buffers' lifetimes
/// (resource numbers below buffers.size() are buffers), whole phases if there are any.
void schedule(Plan& plan, const std::vector<Accesses>& accesses, int resources, const Rules& rules);

/// Places all buffers in one arena so that no two whose lifetimes overlap share memory.
void placeBuffers(Plan& plan);

}  // namespace nao::program
