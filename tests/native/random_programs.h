// Programs drawn at random, and damaged ones.
#pragma once

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "programs.h"

namespace programs {

/// Numbers that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// From low to high, both possible.
  int between(int low, int high) { return low + static_cast<int>(bits() % static_cast<std::uint64_t>(high - low + 1)); }
  bool percent(int chance) { return between(1, 100) <= chance; }
  template <class List>
  auto& of(List& list) {
    return list[bits() % std::size(list)];
  }

 private:
  std::mt19937_64 engine_;
};

/// Grows a program, one operation after another, from what may follow the values that are there.
class RandomProgram {
 public:
  explicit RandomProgram(Random& random) : random_(random) {
    const int channels = random_.between(1, 5), classes = random_.percent(5) ? 1 : random_.between(2, 7);
    const int height = random_.between(1, random_.percent(20) ? 40 : 14);
    const int width = random_.percent(60) ? height : random_.between(1, 14);
    b_.words = {b_.words[0], b_.words[1], channels, height, width, classes, 0};
    maps_.push_back({0, channels, height, width});
  }

  Builder grown() {
    for (int left = random_.between(1, 24); left > 0; --left) grow();
    head(random_.percent(80) ? maps_.back() : random_.of(maps_), false);
    if (random_.percent(30)) head(random_.of(maps_), true);
    return std::move(b_);
  }

 private:
  struct Map {
    int value, channels, height, width;
    bool relu = false;      // to be done by its readers
    bool normable = false;  // a batch normalisation may follow

    bool sameSize(const Map& other) const { return height == other.height && width == other.width; }
  };

  const Map& add(nao_op op, const std::vector<std::int32_t>& arguments, int channels, int height, int width,
                 bool relu = false, bool normable = false) {
    maps_.push_back({b_.op(op, arguments), channels, height, width, relu, normable});
    return maps_.back();
  }

  void grow() {
    const Map src = random_.percent(50) ? maps_.back() : random_.of(maps_);
    switch (random_.between(1, 15)) {
      case 1:
        conv(src);
        break;
      case 2:
      case 3:
        sepConv(src);
        break;
      case 4:
        pointwise(src);
        break;
      case 5:
      case 6:
        norm();
        break;
      case 7:
        add(NAO_RELU, {src.value}, src.channels, src.height, src.width, true);
        break;
      case 8:
        pool(src, NAO_AVG_POOL);
        break;
      case 9:
        pool(src, NAO_MAX_POOL);
        break;
      case 10:
        sum(src);
        break;
      case 11:
        concat(src);
        break;
      case 12:
        subsampled(src);
        break;
      case 13:
        if (random_.percent(30))
          add(NAO_ZERO, {src.channels, src.height, src.width}, src.channels, src.height, src.width);
        else
          weightedSum(src);
        break;
      case 14:
        depthwise(src, random_.percent(50));
        break;
      case 15:
        pointwiseOfRelu6(src);
        break;
    }
  }

  void conv(const Map& src) {
    // Down the map and along its rows, the same or not.
    const bool both = random_.percent(40);
    int kernel[2], stride[2], padding[2], side[2] = {src.height, src.width};
    for (int axis = 0; axis < 2; ++axis) {
      const bool drawn = axis == 0 || both;
      kernel[axis] = drawn ? random_.between(1, random_.percent(10) ? 12 : 5) : kernel[0];
      stride[axis] = drawn ? random_.between(1, random_.percent(10) ? 6 : 3) : stride[0];
      padding[axis] = drawn ? random_.between(0, kernel[axis] - 1) : padding[0];
      if (side[axis] + 2 * padding[axis] < kernel[axis]) return;
      side[axis] = (side[axis] + 2 * padding[axis] - kernel[axis]) / stride[axis] + 1;
    }
    const int out = random_.between(1, random_.percent(10) ? 70 : 20);
    std::vector<std::int32_t> arguments = {src.value, b_.tensor(out * src.channels * kernel[0] * kernel[1]), out};
    for (const int* extent : {kernel, stride, padding}) {
      arguments.push_back(extent[0]);
      if (both) arguments.push_back(extent[1]);
    }
    add(NAO_CONV2D, arguments, out, side[0], side[1], false, true);
  }

  void sepConv(const Map& src) {
    const int kernel = 3 + 2 * random_.between(0, 2), stride = random_.between(1, 2), dilation = random_.between(1, 2);
    const int source = random_.percent(70) ? b_.op(NAO_RELU, {src.value}) : src.value;
    const int weight = b_.tensor(src.channels * kernel * kernel), out = random_.between(1, 24);
    const int depthwise = b_.op(NAO_DEPTHWISE, {source, weight, kernel, stride, dilation});
    add(NAO_POINTWISE, {depthwise, out, 1, b_.tensor(src.channels * out), src.channels}, out,
        (src.height - 1) / stride + 1, (src.width - 1) / stride + 1, false, true);
  }

  /// Of a ReLU6, which only some operations may read, or as it is.
  void depthwise(const Map& src, bool relu6) {
    const int kernel = 3 + 2 * random_.between(0, 2), stride = random_.between(1, 2), dilation = random_.between(1, 2);
    const int source = relu6 ? b_.op(NAO_RELU6, {src.value}) : src.value;
    add(NAO_DEPTHWISE, {source, b_.tensor(src.channels * kernel * kernel), kernel, stride, dilation}, src.channels,
        (src.height - 1) / stride + 1, (src.width - 1) / stride + 1, false, true);
  }

  void pointwiseOfRelu6(const Map& src) {
    Map of = src;
    of.value = b_.op(NAO_RELU6, {src.value});
    random_.percent(70) ? pointwise(of) : subsampled(of);
  }

  void pointwise(const Map& src) {
    const int out = random_.between(1, random_.percent(10) ? 100 : 24);
    std::vector<std::int32_t> arguments = {src.value, out, 0};
    for (int left = src.channels; left > 0;) {
      const int channels = random_.percent(60) ? left : random_.between(1, left);
      arguments.push_back(b_.tensor(channels * out));
      arguments.push_back(channels);
      ++arguments[2];
      left -= channels;
    }
    add(NAO_POINTWISE, arguments, out, src.height, src.width, false, true);
  }

  void norm() {
    for (std::size_t i = maps_.size(); i-- > 0;) {
      Map& src = maps_[i];
      if (!src.normable) continue;
      src.normable = false;
      const int c = src.channels;
      const bool affine = random_.percent(60);
      const bool tracks = affine || random_.percent(50);
      const int gamma = affine ? b_.tensor(c) : -1, beta = affine ? b_.tensor(c) : -1;
      const int mean = tracks ? b_.tensor(c, false) : -1, variance = tracks ? b_.tensor(c, false) : -1;
      const Map from = src;
      add(NAO_BATCH_NORM, {from.value, gamma, beta, mean, variance, random_.between(0, 1)}, c, from.height, from.width);
      return;
    }
  }

  void pool(const Map& src, nao_op op) {
    const int kernel = random_.between(1, random_.percent(10) ? 9 : 4), padding = random_.between(0, kernel / 2);
    const int stride = random_.between(1, random_.percent(10) ? 6 : 3);
    if (std::min(src.height, src.width) + 2 * padding < kernel) return;
    add(op, {src.value, kernel, stride, padding}, src.channels, (src.height + 2 * padding - kernel) / stride + 1,
        (src.width + 2 * padding - kernel) / stride + 1, false, random_.percent(50));
  }

  /// Maps of the size, and with `channels` also of the channels, of `like`: itself first, then some others.
  std::vector<Map> some(const Map& like, bool channels) {
    std::vector<Map> found = {like};
    for (const Map& map : maps_)
      if (map.sameSize(like) && (!channels || map.channels == like.channels) && random_.percent(40))
        found.push_back(map);
    return found;
  }

  void sum(const Map& src) {
    std::vector<std::int32_t> arguments = {0};
    for (const Map& map : some(src, true)) {
      const bool dropped = random_.percent(30);
      const std::int32_t share = programs::bits(random_.percent(50) ? 0.5f : 1.0f);
      arguments.push_back(dropped ? b_.op(NAO_DROP_PATH, {map.value, random_.between(0, 30), share}) : map.value);
      ++arguments[0];
    }
    add(NAO_ADD, arguments, src.channels, src.height, src.width);
  }

  void concat(const Map& src) {
    constexpr int kMost = 200;
    std::vector<std::int32_t> arguments = {0};
    int channels = 0;
    for (const Map& map : some(src, false)) {
      const auto begin = arguments.begin() + 1;
      if (map.relu != src.relu || channels + map.channels > kMost ||
          std::find(begin, arguments.end(), map.value) != arguments.end())
        continue;
      arguments.push_back(map.value);
      channels += map.channels;
      ++arguments[0];
    }
    add(NAO_CONCAT, arguments, channels, src.height, src.width, src.relu);
  }

  void subsampled(const Map& src) {
    const int half = b_.op(NAO_SHIFT_SUBSAMPLE, {src.value, random_.between(0, 1)}), out = random_.between(1, 12);
    add(NAO_POINTWISE, {half, out, 1, b_.tensor(src.channels * out), src.channels}, out, (src.height - 1) / 2 + 1,
        (src.width - 1) / 2 + 1, false, true);
  }

  void weightedSum(const Map& src) {
    if (src.relu) return;
    const int columns = random_.between(1, 6), elements = columns * random_.between(1, 3);
    std::vector<std::int32_t> arguments = {b_.tensor(elements), columns, 0};
    for (const Map& map : some(src, true)) {
      if (map.relu) continue;
      arguments.push_back(map.value);
      arguments.push_back(random_.between(0, elements - 1));
      ++arguments[2];
    }
    add(NAO_WEIGHTED_SUM, arguments, src.channels, src.height, src.width);
  }

  void head(const Map& src, bool auxiliary) {
    const int classes = b_.words[5];
    const int pooled = random_.percent(20) ? b_.op(NAO_RELU6, {src.value}) : src.value;
    int features = b_.op(NAO_GLOBAL_AVG_POOL, {pooled}), width = src.channels;
    for (int hidden = random_.percent(20) ? 1 : 0; hidden >= 0; --hidden) {
      if (random_.percent(30)) features = b_.op(NAO_DROPOUT, {features, random_.between(0, 9)});
      const int out = hidden > 0 ? random_.between(1, 9) : classes;
      const int weight = b_.tensor(out * width), bias = random_.percent(70) ? b_.tensor(out) : -1;
      features = b_.op(NAO_LINEAR, {features, weight, bias, out});
      width = out;
    }
    b_.op(NAO_SOFTMAX_CROSS_ENTROPY, {features, programs::bits(auxiliary ? 0.4f : 1.0f), auxiliary ? 1 : 0});
  }

  Random& random_;
  Builder b_;
  std::vector<Map> maps_;
};

/// Changes a few words, lengths and tensors of a program.
inline void damage(Builder& b, Random& random) {
  constexpr std::int32_t kTelling[] = {0,
                                       1,
                                       -1,
                                       2,
                                       3,
                                       4,
                                       7,
                                       8,
                                       16,
                                       17,
                                       64,
                                       65,
                                       255,
                                       1024,
                                       1025,
                                       32768,
                                       32769,
                                       65536,
                                       1 << 20,
                                       (1 << 20) + 1,
                                       1 << 26,
                                       0x7fffffff,
                                       -0x7fffffff - 1};
  for (int left = random.percent(60) ? 1 : random.between(2, 3); left > 0 && !b.words.empty(); --left) {
    std::int32_t& word = random.of(b.words);
    switch (random.between(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        word = random.of(kTelling);
        break;
      case 4:
      case 5:
        word = static_cast<std::int32_t>(static_cast<std::uint32_t>(word) +
                                         static_cast<std::uint32_t>(random.between(-2, 2)));
        break;
      case 6:
        word = static_cast<std::int32_t>(static_cast<std::uint32_t>(word) ^ 1u << random.between(0, 31));
        break;
      case 7:
        b.words.resize(random.bits() % b.words.size());
        break;
      case 8:
        b.words.insert(b.words.begin() + random.between(0, static_cast<int>(b.words.size())), random.between(-1, 20));
        break;
      case 9:
        random.of(b.sizes) = random.between(1, 200);
        if (random.percent(30)) random.of(b.trainable) ^= 1;
        break;
    }
  }
}

}  // namespace programs
