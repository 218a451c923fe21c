// A decoded program: operations over numbered values with their shapes, checked against the network's tensor sizes.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernels/window.h"
#include "nao/nao.h"

namespace nao::program {

constexpr std::int32_t kMagic = 0x4E414F31;
constexpr std::int32_t kVersion = 1;
constexpr std::int64_t kMaximumPlane = 1 << 26;  // elements of one value of an image, and of an image

/// A feature map (channels, height, width) or, after global pooling, a row of features (height = width = 0).
struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  bool isMap() const { return height > 0; }
};

/// A pointwise weight tensor that covers `channels` of the source's channels.
struct WeightBlock {
  int tensor = -1;
  int channels = 0;
};

/// Of what slides over a map, conv2d has a `window`, the others a square kernel.
struct Operation {
  nao_op op{};
  std::vector<int> sources;                                           // value numbers
  std::vector<WeightBlock> blocks;                                    // pointwise
  int weight = -1;                                                    // conv2d, depthwise, linear; weighted_sum: logits
  int columns = 0;                                                    // weighted_sum: of the logits
  std::vector<int> elements;                                          // weighted_sum: of the logits, one a source
  int bias = -1;                                                      // linear
  int gamma = -1, beta = -1, runningMean = -1, runningVariance = -1;  // batch_norm
  bool keepsRunning = false;  // batch_norm: running statistics in the authors' evaluation
  kernels::Window window;
  int kernel = 0, stride = 1, padding = 0, dilation = 1;
  int offset = 0;          // shift_subsample
  int site = 0;            // drop_path, dropout
  float factor = 0;        // drop_path: layer fraction; loss: weight
  bool auxiliary = false;  // loss
};

struct Program {
  int classes = 0;
  std::vector<Operation> operations;  // operation i defines value i + 1
  std::vector<Shape> shapes;          // of every value; value 0 is the input image
  std::map<int, int> mixtureRows;     // logits of weighted sums -> their rows
};

/// Decodes and checks `code`. `sizes` are the element counts of the network's tensors, `trainable` which of them are
/// parameters. Throws Error(NAO_INVALID) that names the operation and what is wrong with it.
Program decode(const std::int32_t* code, std::int64_t length, const std::vector<std::int64_t>& sizes,
               const std::vector<std::uint8_t>& trainable);

/// For each operation whether a loss needs it: in training any loss, otherwise the main one. Others are never computed.
std::vector<bool> neededOperations(const Program& program, bool training);

}  // namespace nao::program
