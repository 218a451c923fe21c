// int32 words -> Program. Every word is checked here, so that everything behind it may trust what it gets.
#include <cstring>
#include <string>

#include "error.h"
#include "program/program.h"

namespace nao::program {
namespace {

constexpr std::int32_t kMaximumSide = 1 << 15;
constexpr std::int32_t kMaximumChannels = 1 << 15;
constexpr std::int32_t kMaximumWords = 1 << 22;

/// Null for what is none. No default: a new operation must be named.
const char* nameOf(nao_op op) {
  switch (op) {
    case NAO_CONV2D:
      return "conv2d";
    case NAO_DEPTHWISE:
      return "depthwise";
    case NAO_POINTWISE:
      return "pointwise";
    case NAO_BATCH_NORM:
      return "batch_norm";
    case NAO_RELU:
      return "relu";
    case NAO_AVG_POOL:
      return "avg_pool";
    case NAO_MAX_POOL:
      return "max_pool";
    case NAO_ADD:
      return "add";
    case NAO_CONCAT:
      return "concat";
    case NAO_SHIFT_SUBSAMPLE:
      return "shift_subsample";
    case NAO_DROP_PATH:
      return "drop_path";
    case NAO_DROPOUT:
      return "dropout";
    case NAO_GLOBAL_AVG_POOL:
      return "global_avg_pool";
    case NAO_LINEAR:
      return "linear";
    case NAO_SOFTMAX_CROSS_ENTROPY:
      return "softmax_cross_entropy";
    case NAO_WEIGHTED_SUM:
      return "weighted_sum";
    case NAO_ZERO:
      return "zero";
    case NAO_RELU6:
      return "relu6";
  }
  return nullptr;
}

/// Whether a word is an operation's number.
bool isOperation(std::int32_t opcode) {
  constexpr std::int32_t kMost = 31;  // that a nao_op can be
  return opcode >= 0 && opcode <= kMost && nameOf(static_cast<nao_op>(opcode)) != nullptr;
}

class Decoder {
 public:
  Decoder(const std::int32_t* code, std::int64_t length, const std::vector<std::int64_t>& sizes,
          const std::vector<std::uint8_t>& trainable)
      : code_(code), length_(length), sizes_(sizes), trainable_(trainable) {}

  Program run() {
    if (length_ < 7)
      throw Error(NAO_INVALID, text("program: %lld words, at least the 7 of the header are needed",
                                    static_cast<long long>(length_)));
    if (length_ > kMaximumWords) throw Error(NAO_INVALID, "program: more than 4,194,304 words");
    end_ = length_;
    if (next() != kMagic) throw Error(NAO_INVALID, "program: does not begin with the magic word 0x4E414F31");
    const std::int32_t version = next();
    if (version != kVersion)
      throw Error(NAO_INVALID, text("program: version %d, this engine reads version 1", version));
    Shape image;
    image.channels = dimension("image channels", kMaximumChannels);
    image.height = dimension("image height", kMaximumSide);
    image.width = dimension("image width", kMaximumSide);
    program_.classes = dimension("classes", 1 << 20);
    const std::int32_t operations = next();
    define(image);
    if (operations < 1) fail("the header announces no operations");
    for (std::int32_t i = 0; i < operations; ++i) operation();
    if (position_ != length_)
      fail(text("%lld words follow the last operation", static_cast<long long>(length_ - position_)));
    if (mainLosses_ != 1) fail(text("%d main losses, exactly one is needed", mainLosses_));
    checkReaders();
    return std::move(program_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    const std::size_t number = program_.operations.size();
    throw Error(NAO_INVALID, number == 0 && name_ == nullptr
                                 ? "program: " + what
                                 : text("program operation %zu (%s): ", number + 1, name_) + what);
  }

  std::int32_t next() {
    if (position_ >= end_) fail("its arguments end early");
    return code_[position_++];
  }
  float nextFloat() {
    const std::int32_t bits = next();
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  int dimension(const char* what, std::int32_t maximum) {
    const std::int32_t value = next();
    if (value < 1 || value > maximum) fail(text("%s is %d, allowed are 1 to %d", what, value, maximum));
    return value;
  }
  int within(const char* what, std::int32_t low, std::int32_t high) {
    const std::int32_t value = next();
    if (value < low || value > high) fail(text("%s is %d, allowed are %d to %d", what, value, low, high));
    return value;
  }
  int source() {
    const std::int32_t value = next();
    const int known = static_cast<int>(program_.shapes.size());
    if (value < 0 || value >= known) fail(text("source %d, defined so far are 0 to %d", value, known - 1));
    if (value > 0 && program_.operations[static_cast<std::size_t>(value) - 1].op == NAO_SOFTMAX_CROSS_ENTROPY)
      fail(text("source %d is a loss", value));
    return value;
  }
  /// The next source, from now on one of the operation's.
  int taken(Operation& op) {
    op.sources.push_back(source());
    return op.sources.back();
  }
  const Shape& map(int value) const {
    const Shape& shape = program_.shapes[static_cast<std::size_t>(value)];
    if (!shape.isMap()) fail(text("source %d is a row of features, a feature map is needed", value));
    return shape;
  }
  const Shape& features(int value) const {
    const Shape& shape = program_.shapes[static_cast<std::size_t>(value)];
    if (shape.isMap()) fail(text("source %d is a feature map, a row of features is needed", value));
    return shape;
  }
  void define(const Shape& shape) {
    if (shape.isMap() && static_cast<std::int64_t>(shape.channels) * shape.height * shape.width > kMaximumPlane)
      fail(text("a value of %d x %d x %d is larger than the limit of 67,108,864 elements an image", shape.channels,
                shape.height, shape.width));
    program_.shapes.push_back(shape);
  }
  int slid(int side, int window, int stride, int padding) const {
    if (side + 2 * padding < window)
      fail(text("a window of %d does not fit a side of %d with padding %d", window, side, padding));
    return (side + 2 * padding - window) / stride + 1;
  }

  /// Kernel, stride and padding: one word each, or two, the first of which is for the direction down the map.
  kernels::Window window() {
    const bool both = end_ - position_ > 3;
    const auto extent = [&](const char* what, int low, int highY, int highX) {
      const int y = within(what, low, highY);
      return kernels::Extent{y, both ? within(what, low, highX) : y};
    };
    kernels::Window window;
    window.kernel = extent("kernel", 1, 64, 64);
    window.stride = extent("stride", 1, 64, 64);
    window.padding = extent("padding", 0, window.kernel.y - 1, window.kernel.x - 1);
    return window;
  }

  void operation() {
    name_ = "?";
    Operation op;
    const std::int32_t opcode = next();
    if (!isOperation(opcode)) fail(text("there is no opcode %d", opcode));
    op.op = static_cast<nao_op>(opcode);
    name_ = nameOf(op.op);
    const std::int32_t words = next();
    if (words < 1 || words > length_ - position_)
      fail(text("announces %d argument words, %lld are left", words, static_cast<long long>(length_ - position_)));
    end_ = position_ + words;
    const Shape shape = arguments(op);
    if (position_ != end_)
      fail(text("announces %d argument words, %lld too many", words, static_cast<long long>(end_ - position_)));
    end_ = length_;
    program_.operations.push_back(std::move(op));
    define(shape);
  }

  Shape arguments(Operation& op) {
    switch (op.op) {
      case NAO_CONV2D: {
        const Shape in = map(taken(op));
        op.weight = next();
        const int out = dimension("outChannels", kMaximumChannels);
        op.window = window();
        const auto& [kernel, stride, padding] = op.window;
        checkTensor("weight", op.weight, static_cast<std::int64_t>(out) * in.channels * kernel.cells());
        return {out, slid(in.height, kernel.y, stride.y, padding.y), slid(in.width, kernel.x, stride.x, padding.x)};
      }
      case NAO_DEPTHWISE: {
        const Shape in = map(taken(op));
        op.weight = next();
        op.kernel = within("kernel", 3, 7);
        if (op.kernel % 2 == 0) fail(text("kernel is %d, allowed are 3, 5 and 7", op.kernel));
        op.stride = within("stride", 1, 2);
        op.dilation = within("dilation", 1, 2);
        op.padding = op.dilation * (op.kernel / 2);
        checkTensor("weight", op.weight, static_cast<std::int64_t>(in.channels) * op.kernel * op.kernel);
        return {in.channels, (in.height - 1) / op.stride + 1, (in.width - 1) / op.stride + 1};
      }
      case NAO_POINTWISE: {
        const Shape in = map(taken(op));
        const int out = dimension("outChannels", kMaximumChannels);
        const int count = within("the number of weights", 1, 1024);
        int covered = 0;
        for (int i = 0; i < count; ++i) {
          WeightBlock block;
          block.tensor = next();
          block.channels = within("inChannels", 1, in.channels);
          checkTensor("weight", block.tensor, static_cast<std::int64_t>(out) * block.channels);
          covered += block.channels;
          op.blocks.push_back(block);
        }
        if (covered != in.channels)
          fail(text("its weights cover %d channels, the source has %d", covered, in.channels));
        return {out, in.height, in.width};
      }
      case NAO_BATCH_NORM: {
        const Shape in = map(taken(op));
        op.gamma = next();
        op.beta = next();
        op.runningMean = next();
        op.runningVariance = next();
        if (op.gamma != -1) checkTensor("gamma", op.gamma, in.channels);
        if (op.beta != -1) checkTensor("beta", op.beta, in.channels);
        if ((op.runningMean == -1) != (op.runningVariance == -1))
          fail(text("runningMean is %d and runningVariance %d, allowed are two tensors or -1 twice", op.runningMean,
                    op.runningVariance));
        if (op.runningMean != -1) {
          checkTensor("runningMean", op.runningMean, in.channels, false);
          checkTensor("runningVariance", op.runningVariance, in.channels, false);
        }
        op.keepsRunning = within("flags", 0, 1) == 1;
        return in;
      }
      case NAO_RELU:
      case NAO_RELU6:
        return map(taken(op));
      case NAO_AVG_POOL:
      case NAO_MAX_POOL: {
        const Shape in = map(taken(op));
        op.kernel = within("kernel", 1, kMaximumSide);
        op.stride = within("stride", 1, kMaximumSide);
        op.padding = within("padding", 0, op.kernel / 2);
        return {in.channels, slid(in.height, op.kernel, op.stride, op.padding),
                slid(in.width, op.kernel, op.stride, op.padding)};
      }
      case NAO_SHIFT_SUBSAMPLE: {
        const Shape in = map(taken(op));
        op.offset = within("offset", 0, 1);
        return {in.channels, (in.height - 1) / 2 + 1, (in.width - 1) / 2 + 1};
      }
      case NAO_DROP_PATH: {
        const Shape in = map(taken(op));
        op.site = within("site", 0, 1 << 20);
        op.factor = nextFloat();
        if (!(op.factor >= 0 && op.factor <= 1))
          fail(text("layerFraction is %g, allowed are 0 to 1", static_cast<double>(op.factor)));
        return in;
      }
      case NAO_DROPOUT: {
        const Shape in = features(taken(op));
        op.site = within("site", 0, 1 << 20);
        return in;
      }
      case NAO_GLOBAL_AVG_POOL:
        return {map(taken(op)).channels, 0, 0};
      case NAO_LINEAR: {
        const Shape in = features(taken(op));
        op.weight = next();
        op.bias = next();
        const int out = dimension("outputs", 1 << 20);
        checkTensor("weight", op.weight, static_cast<std::int64_t>(out) * in.channels);
        if (op.bias != -1) checkTensor("bias", op.bias, out);
        return {out, 0, 0};
      }
      case NAO_SOFTMAX_CROSS_ENTROPY: {
        const int src = taken(op);
        const Shape in = features(src);
        if (program_.operations[static_cast<std::size_t>(src) - 1].op != NAO_LINEAR)
          fail(text("source %d is not a linear operation's", src));
        if (in.channels != program_.classes) fail(text("%d logits for %d classes", in.channels, program_.classes));
        op.factor = nextFloat();
        if (!(op.factor > 0 && op.factor <= 1000))
          fail(text("weight is %g, allowed are above 0 to 1000", static_cast<double>(op.factor)));
        op.auxiliary = within("role", 0, 1) == 1;
        if (!op.auxiliary) ++mainLosses_;
        return in;
      }
      case NAO_ADD:
      case NAO_CONCAT: {
        const int count = within("the number of sources", 1, 1024);
        for (int i = 0; i < count; ++i) taken(op);
        return joined(op);
      }
      case NAO_WEIGHTED_SUM:
        return weightedSum(op);
      case NAO_ZERO: {
        const int channels = dimension("channels", kMaximumChannels), height = dimension("height", kMaximumSide);
        return {channels, height, dimension("width", kMaximumSide)};
      }
    }
    fail("unknown operation");
  }

  Shape weightedSum(Operation& op) {
    op.weight = next();
    op.columns = within("columns", 1, 1024);
    const int count = within("the number of sources", 1, 1024);
    if (op.weight < 0 || op.weight >= static_cast<std::int32_t>(sizes_.size()))
      fail(text("weights are tensor %d, the network has 0 to %zu", op.weight, sizes_.size() - 1));
    const std::int64_t size = sizes_[static_cast<std::size_t>(op.weight)];
    if (size % op.columns != 0 || size > kMaximumChannels)
      fail(text("weights are tensor %d of %lld elements, rows of %d and at most 32,768 are needed", op.weight,
                static_cast<long long>(size), op.columns));
    checkTensor("weights", op.weight, size);
    program_.mixtureRows[op.weight] = static_cast<int>(size / op.columns);
    for (int i = 0; i < count; ++i) {
      taken(op);
      op.elements.push_back(within("an element of the weights", 0, static_cast<std::int32_t>(size) - 1));
    }
    return joined(op);
  }

  Shape joined(const Operation& op) const {
    Shape shape = map(op.sources[0]);
    for (std::size_t i = 1; i < op.sources.size(); ++i) {
      const Shape other = map(op.sources[i]);
      if (other.height != shape.height || other.width != shape.width)
        fail(text("source %d is %d x %d, source %d is %d x %d", op.sources[0], shape.height, shape.width, op.sources[i],
                  other.height, other.width));
      if (op.op == NAO_CONCAT) {
        shape.channels += other.channels;
        if (shape.channels > kMaximumChannels) fail("more than 32,768 channels");
      } else if (other.channels != shape.channels) {
        fail(text("source %d has %d channels, source %d has %d", op.sources[0], shape.channels, op.sources[i],
                  other.channels));
      }
    }
    return shape;
  }

  void checkTensor(const char* what, std::int32_t index, std::int64_t elements, bool parameter = true) const {
    if (index < 0 || index >= static_cast<std::int32_t>(sizes_.size()))
      fail(text("%s is tensor %d, the network has 0 to %zu", what, index, sizes_.size() - 1));
    const auto at = static_cast<std::size_t>(index);
    if (sizes_[at] != elements)
      fail(text("%s is tensor %d of %lld elements, %lld are needed", what, index, static_cast<long long>(sizes_[at]),
                static_cast<long long>(elements)));
    if ((trainable_[at] != 0) != parameter)
      fail(text("%s is tensor %d, which is a %s", what, index, parameter ? "buffer" : "parameter"));
  }

  /// A subsampled value is read by pointwise only, a dropped path by add.
  void checkReaders() {
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      const Operation& reader = program_.operations[i];
      for (const int src : reader.sources) {
        if (src == 0) continue;
        const Operation& written = program_.operations[static_cast<std::size_t>(src) - 1];
        if (written.op == NAO_SHIFT_SUBSAMPLE && reader.op != NAO_POINTWISE)
          throw Error(NAO_INVALID,
                      text("program operation %zu (%s): reads value %d of a shift_subsample, which only pointwise may "
                           "read",
                           i + 1, nameOf(reader.op), src));
        if (written.op == NAO_DROP_PATH && reader.op != NAO_ADD)
          throw Error(NAO_INVALID,
                      text("program operation %zu (%s): reads value %d of a drop_path, which only add may read", i + 1,
                           nameOf(reader.op), src));
      }
    }
  }

  const std::int32_t* code_;
  std::int64_t length_;
  const std::vector<std::int64_t>& sizes_;
  const std::vector<std::uint8_t>& trainable_;
  std::int64_t position_ = 0;
  std::int64_t end_ = 0;
  const char* name_ = nullptr;
  int mainLosses_ = 0;
  Program program_;
};

}  // namespace

Program decode(const std::int32_t* code, std::int64_t length, const std::vector<std::int64_t>& sizes,
               const std::vector<std::uint8_t>& trainable) {
  return Decoder(code, length, sizes, trainable).run();
}

}  // namespace nao::program
