// Random architectures of the small search space as programs of the supernet's shape: 3N + 2 cells of five nodes whose
// two operands each are separable convolutions, pools or the identity, reductions at N and 2N + 1. Every program has
// tensors of its own. For what depends on the structure of a network, not on its weights.
#pragma once

#include <random>
#include <vector>

#include "programs.h"

namespace programs {

struct SupernetShape {
  int layers = 1, channels = 4, side = 8;
  bool auxiliary = false;
  bool standalone = false;  // a cell's output is the concatenation itself
};

class SupernetWriter {
 public:
  SupernetWriter(const SupernetShape& shape, unsigned seed) : shape_(shape), random_(seed) {
    b.words[3] = b.words[4] = shape.side;
    for (std::vector<Node>* cell : {&normal_, &reduction_})
      for (int node = 0; node < kNodes; ++node) cell->push_back({operand(node), operand(node)});
  }

  Builder write() {
    const int cells = 3 * shape_.layers + 2, stemChannels = 3 * shape_.channels;
    const int stem =
        b.norm(b.op(NAO_CONV2D, {0, b.tensor(stemChannels * kChannels * 9), stemChannels, 3, 1, 1}), stemChannels);
    Value beforeLast{stem, stemChannels, shape_.side}, last = beforeLast;
    int channels = shape_.channels;
    for (int cell = 0; cell < cells; ++cell) {
      const bool reduces = cell == shape_.layers || cell == 2 * shape_.layers + 1;
      if (reduces) channels *= 2;
      const Value output = this->cell(cell, cells, reduces, channels, beforeLast, last);
      beforeLast = last;
      last = output;
      if (shape_.auxiliary && cell == 2 * shape_.layers + 1) auxiliaryHead(last);
    }
    const int features = b.op(NAO_DROPOUT, {b.op(NAO_GLOBAL_AVG_POOL, {last.number}), cells * kNodes * 2});
    loss(linear(features, last.channels), 1.0f, 0);
    return b;
  }

 private:
  static constexpr int kNodes = 5, kOperations = 5, kIdentity = 4;
  struct Operand {
    int input, operation;
  };
  struct Node {
    Operand operands[2];
  };
  struct Value {
    int number, channels, side;
  };

  Operand operand(int node) {
    const int input = static_cast<int>(random_() % static_cast<unsigned>(node + 2));
    return {input, static_cast<int>(random_() % kOperations)};
  }
  int linear(int features, int inputs) {
    return b.op(NAO_LINEAR, {features, b.tensor(kClasses * inputs), b.tensor(kClasses), kClasses});
  }
  void loss(int logits, float weight, int auxiliary) {
    b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(weight), auxiliary});
  }

  /// [ReLU, 1x1, BN, ReLU, convolution of the whole map, BN, ReLU, linear] and its loss.
  void auxiliaryHead(const Value& src) {
    constexpr int kNarrow = 8, kWide = 12;
    const int narrow = b.norm(b.pointwise(b.op(NAO_RELU, {src.number}), src.channels, kNarrow), kNarrow);
    const int weight = b.tensor(kWide * kNarrow * src.side * src.side);
    const int wide = b.norm(b.op(NAO_CONV2D, {b.op(NAO_RELU, {narrow}), weight, kWide, src.side, 1, 0}), kWide);
    loss(linear(b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_RELU, {wide})}), kWide), 0.4f, 1);
  }

  Value cell(int index, int cells, bool reduces, int channels, const Value& beforeLast, const Value& last) {
    const std::vector<Node>& nodes = reduces ? reduction_ : normal_;
    std::vector<Value> states = {calibrate(beforeLast, channels, beforeLast.side != last.side),
                                 calibrate(last, channels, false)};
    std::vector<bool> used(states.size() + kNodes, false);
    int site = index * kNodes * 2;
    for (const Node& node : nodes) {
      int sum[2];
      Value made{};
      for (int side = 0; side < 2; ++side) {
        const auto& [input, operation] = node.operands[side];
        used[static_cast<std::size_t>(input)] = true;
        made = apply(operation, states[static_cast<std::size_t>(input)], reduces && input < 2 ? 2 : 1);
        const float layerFraction = static_cast<float>(index + 1) / static_cast<float>(cells);
        sum[side] = b.op(NAO_DROP_PATH, {made.number, site++, bits(layerFraction)});
      }
      states.push_back({b.op(NAO_ADD, {2, sum[0], sum[1]}), made.channels, made.side});
    }
    return output(reduces, channels, states, used);
  }

  Value calibrate(const Value& src, int channels, bool halve) {
    if (src.channels == channels && !halve) return src;
    const int active = b.op(NAO_RELU, {src.number});
    if (halve) return {b.reduce(active, src.channels, channels), channels, src.side / 2};
    return {b.norm(b.pointwise(active, src.channels, channels), channels), channels, src.side};
  }

  Value apply(int operation, const Value& src, int stride) {
    const int side = src.side / stride;
    if (operation < 2) return {b.sepConv(src.number, src.channels, operation == 0 ? 3 : 5, stride), src.channels, side};
    if (operation < kIdentity)
      return {b.op(operation == 2 ? NAO_AVG_POOL : NAO_MAX_POOL, {src.number, 3, stride, 1}), src.channels, side};
    if (stride == 1) return src;
    return {b.reduce(src.number, src.channels, src.channels), src.channels, side};
  }

  /// The states that nobody read, and of a supernet [ReLU, 1x1 with a weight a state, BN].
  Value output(bool reduces, int channels, const std::vector<Value>& states, const std::vector<bool>& used) {
    std::vector<std::int32_t> joined = {0};
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (used[i]) continue;
      joined.push_back(reduces && i < 2 ? b.reduce(states[i].number, states[i].channels, channels) : states[i].number);
      ++joined[0];
    }
    const int all = joined[0] == 1 ? joined[1] : b.op(NAO_CONCAT, joined);
    if (shape_.standalone) return {all, channels * joined[0], states.back().side};
    std::vector<std::int32_t> combine = {b.op(NAO_RELU, {all}), channels, joined[0]};
    for (int i = 0; i < joined[0]; ++i) {
      combine.push_back(b.tensor(channels * channels));
      combine.push_back(channels);
    }
    return {b.norm(b.op(NAO_POINTWISE, combine), channels), channels, states.back().side};
  }

  const SupernetShape shape_;
  std::mt19937 random_;
  std::vector<Node> normal_, reduction_;
  Builder b;
};

inline Builder supernet(const SupernetShape& shape, unsigned seed) { return SupernetWriter(shape, seed).write(); }

}  // namespace programs
