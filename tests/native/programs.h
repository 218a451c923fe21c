// Programs for tests, written as Java writes them.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/philox.h"
#include "nao/nao.h"

namespace programs {

constexpr int kChannels = 3, kSide = 8, kClasses = 5, kWidth = 6, kMixedColumns = 6;

inline std::int32_t bits(float value) {
  std::int32_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

/// Writes a program and the tensors it names.
struct Builder {
  std::vector<std::int32_t> words{0x4E414F31, 1, kChannels, kSide, kSide, kClasses, 0};
  std::vector<std::int64_t> sizes;
  std::vector<std::uint8_t> trainable;
  int values = 1;

  int tensor(std::int64_t size, bool parameter = true) {
    sizes.push_back(size);
    trainable.push_back(parameter ? 1 : 0);
    return static_cast<int>(sizes.size()) - 1;
  }
  int op(nao_op code, const std::vector<std::int32_t>& arguments) {
    words.push_back(code);
    words.push_back(static_cast<std::int32_t>(arguments.size()));
    words.insert(words.end(), arguments.begin(), arguments.end());
    ++words[6];
    return values++;
  }
  int norm(int src, int channels) {
    return op(NAO_BATCH_NORM,
              {src, tensor(channels), tensor(channels), tensor(channels, false), tensor(channels, false), 0});
  }
  int pointwise(int src, int in, int out) { return op(NAO_POINTWISE, {src, out, 1, tensor(in * out), in}); }
  int half(int src, int channels, int kernel, int stride, int dilation = 1) {
    const int dw =
        op(NAO_DEPTHWISE, {op(NAO_RELU, {src}), tensor(channels * kernel * kernel), kernel, stride, dilation});
    return norm(pointwise(dw, channels, channels), channels);
  }
  int sepConv(int src, int channels, int kernel, int stride) {
    return half(half(src, channels, kernel, stride), channels, kernel, 1);
  }
  int reduce(int src, int in, int out) {
    const int a = pointwise(op(NAO_SHIFT_SUBSAMPLE, {src, 0}), in, out / 2);
    const int b = pointwise(op(NAO_SHIFT_SUBSAMPLE, {src, 1}), in, out / 2);
    return norm(op(NAO_CONCAT, {2, a, b}), out);
  }
  int bareNorm(int src, int channels) {
    return op(NAO_BATCH_NORM, {src, -1, -1, tensor(channels, false), tensor(channels, false), 0});
  }
  int bareHalf(int src, int channels, int kernel, int stride, int dilation) {
    const int dw =
        op(NAO_DEPTHWISE, {op(NAO_RELU, {src}), tensor(channels * kernel * kernel), kernel, stride, dilation});
    return bareNorm(pointwise(dw, channels, channels), channels);
  }
  int bareReduce(int src, int in, int out) {
    const int active = op(NAO_RELU, {src});
    const int a = pointwise(op(NAO_SHIFT_SUBSAMPLE, {active, 0}), in, out / 2);
    const int b = pointwise(op(NAO_SHIFT_SUBSAMPLE, {active, 1}), in, out / 2);
    return bareNorm(op(NAO_CONCAT, {2, a, b}), out);
  }
  /// The arguments of the mixed operation on an edge, appended: maximum, average, skip, sep_conv, dil_conv.
  void edge(std::vector<std::int32_t>& arguments, int src, int row, int stride) {
    const int first = row * kMixedColumns;
    const auto add = [&](int value, int column) {
      ++arguments[2];
      arguments.push_back(value);
      arguments.push_back(first + column);
    };
    add(bareNorm(op(NAO_MAX_POOL, {src, 3, stride, 1}), kWidth), 1);
    add(bareNorm(op(NAO_AVG_POOL, {src, 3, stride, 1}), kWidth), 2);
    add(stride == 1 ? src : bareReduce(src, kWidth, kWidth), 3);
    add(bareHalf(bareHalf(src, kWidth, 3, stride, 1), kWidth, 3, 1, 1), 4);
    add(bareHalf(src, kWidth, 5, stride, 2), 5);
  }
  int drop(int src, int site) { return op(NAO_DROP_PATH, {src, site, bits(0.5f)}); }
};

/// Two small cells: every operation, a value read many times, a concatenation read as a whole.
inline Builder network() {
  Builder b;
  const int stem = b.norm(b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1}), kWidth);
  const int average = b.op(NAO_AVG_POOL, {stem, 3, 1, 1});
  const int first = b.op(NAO_ADD, {2, b.drop(b.sepConv(stem, kWidth, 3, 1), 0), b.drop(average, 1)});
  const int second = b.op(NAO_ADD, {2, b.drop(b.sepConv(first, kWidth, 5, 1), 2), b.drop(stem, 3)});
  const int twice = b.op(NAO_ADD, {2, b.drop(second, 4), b.drop(second, 5)});
  const int wide = b.op(NAO_CONCAT, {3, first, twice, stem});
  const int w0 = b.tensor(kWidth * kWidth), w1 = b.tensor(kWidth * 2 * kWidth);
  const int cell = b.norm(b.op(NAO_POINTWISE, {b.op(NAO_RELU, {wide}), kWidth, 2, w0, kWidth, w1, 2 * kWidth}), kWidth);
  const int maximum = b.op(NAO_MAX_POOL, {cell, 3, 2, 1});
  const int reduced = b.op(NAO_ADD, {2, b.drop(maximum, 6), b.drop(b.reduce(cell, kWidth, kWidth), 7)});
  const int strided = b.op(NAO_ADD, {2, b.drop(b.sepConv(cell, kWidth, 3, 2), 8), b.drop(reduced, 9)});
  const int both = b.op(NAO_CONCAT, {2, reduced, strided});
  const int last = b.op(NAO_ADD, {2, b.sepConv(both, 2 * kWidth, 3, 1), both});
  const int features = b.op(NAO_DROPOUT, {b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_CONCAT, {2, last, strided})}), 10});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * 3 * kWidth), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  const int auxiliary = b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_RELU, {cell})});
  const int side = b.op(NAO_LINEAR, {auxiliary, b.tensor(kClasses * kWidth), -1, kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {side, bits(0.4f), 1});
  return b;
}

/// Zeros of both sizes, alone and in sums, and what reads them; a convolution that no loss needs.
inline Builder networkWithZeros() {
  Builder b;
  const int stem = b.norm(b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1}), kWidth);
  b.norm(b.pointwise(b.op(NAO_RELU, {stem}), kWidth, kWidth), kWidth);
  const int zero = b.op(NAO_ZERO, {kWidth, kSide, kSide});
  const int first = b.op(NAO_ADD, {2, b.drop(b.half(stem, kWidth, 7, 1, 2), 0), b.drop(zero, 1)});
  const int second = b.op(NAO_ADD, {1, b.drop(b.sepConv(zero, kWidth, 3, 1), 2)});
  const int halved = b.op(NAO_ZERO, {kWidth, kSide / 2, kSide / 2});
  const int third = b.op(NAO_ADD, {2, b.drop(b.half(first, kWidth, 5, 2, 2), 3), b.drop(halved, 4)});
  const int fourth =
      b.op(NAO_ADD, {2, b.drop(b.sepConv(second, kWidth, 7, 2), 5), b.op(NAO_MAX_POOL, {zero, 3, 2, 1})});
  const int features = b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_CONCAT, {3, third, halved, fourth})});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * 3 * kWidth), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  return b;
}

/// Inverted residuals, and what reads a ReLU6 or a depthwise convolution without them. Sums of many equal terms go
/// beyond what a ReLU6 lets pass.
inline Builder invertedNetwork() {
  constexpr int kWide = 2 * kWidth;
  Builder b;
  const auto relu6 = [&b](int src) { return b.op(NAO_RELU6, {src}); };
  const auto depthwise = [&b](int src, int channels, int kernel, int stride, int dilation) {
    return b.op(NAO_DEPTHWISE, {src, b.tensor(channels * kernel * kernel), kernel, stride, dilation});
  };
  const auto many = [&b](int src) { return b.op(NAO_ADD, {8, src, src, src, src, src, src, src, src}); };
  const int stem = b.norm(b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1}), kWidth);
  const int wide = relu6(b.norm(b.pointwise(stem, kWidth, kWide), kWide));
  const int filtered = relu6(b.norm(depthwise(wide, kWide, 3, 1, 1), kWide));
  const int first = b.op(NAO_ADD, {2, stem, b.drop(b.norm(b.pointwise(filtered, kWide, kWidth), kWidth), 0)});
  const int capped = relu6(many(first));
  const int halved =
      b.norm(b.pointwise(relu6(b.norm(depthwise(capped, kWidth, 5, 2, 1), kWidth)), kWidth, kWidth), kWidth);
  const int fused = b.norm(b.pointwise(depthwise(capped, kWidth, 3, 2, 2), kWidth, kWidth), kWidth);
  const int alone = b.drop(b.norm(depthwise(first, kWidth, 3, 2, 1), kWidth), 1);
  const int read = depthwise(b.op(NAO_RELU, {first}), kWidth, 7, 2, 1);  // by two
  const int second = b.op(NAO_ADD, {4, halved, fused, alone, read});
  const int reduced = b.norm(b.pointwise(b.op(NAO_SHIFT_SUBSAMPLE, {capped, 1}), kWidth, kWidth), kWidth);
  const int both = relu6(b.op(NAO_CONCAT, {2, many(second), reduced}));
  const int last = relu6(many(b.norm(b.pointwise(both, 2 * kWidth, kWide), kWide)));
  const int features = b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_CONCAT, {2, last, b.op(NAO_RELU, {read})})});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * (kWide + kWidth)), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  return b;
}

/// Two small cells of mixed operations over one tensor of logits, the second of stride 2.
inline Builder mixedNetwork() {
  Builder b;
  const int stem = b.norm(b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1}), kWidth);
  const int logitsOfRows = b.tensor(3 * kMixedColumns);
  const int entered = b.bareNorm(b.pointwise(b.op(NAO_RELU, {stem}), kWidth, kWidth), kWidth);
  std::vector<std::int32_t> arguments = {logitsOfRows, kMixedColumns, 0};
  b.edge(arguments, entered, 0, 1);
  const int first = b.op(NAO_WEIGHTED_SUM, arguments);
  arguments = {logitsOfRows, kMixedColumns, 0};
  b.edge(arguments, entered, 1, 1);
  b.edge(arguments, first, 2, 1);
  const int second = b.op(NAO_WEIGHTED_SUM, arguments);
  const int wide = b.op(NAO_CONCAT, {2, first, second});
  const int before = b.bareNorm(b.pointwise(b.op(NAO_RELU, {wide}), 2 * kWidth, kWidth), kWidth);
  arguments = {logitsOfRows, kMixedColumns, 0};
  b.edge(arguments, before, 0, 2);
  const int reduced = b.op(NAO_WEIGHTED_SUM, arguments);
  const int features = b.op(NAO_GLOBAL_AVG_POOL, {reduced});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * kWidth), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  return b;
}

inline std::vector<float> noise(std::size_t count, std::uint64_t seed) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = nao::kernels::uniform(nao::kernels::philox(seed, i, 0, 0).word[0]) * 2 - 1;
  return values;
}

inline nao_training training(float dropPathKeep) {
  nao_training t{};
  t.momentum = 0.9f;
  t.weight_decay = 3e-4f;
  t.clip_norm = 5;
  t.drop_path_keep = dropPathKeep;
  t.dropout_keep = dropPathKeep;
  t.total_steps = 1;
  t.label_smoothing = 0.1f;
  t.seed = 7;
  return t;
}

}  // namespace programs
