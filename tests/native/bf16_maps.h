// The maps of a call as bfloat16, as the CUDA kernels have them in bf16: the tests' float maps are converted before the
// launch and back after it. Everything else that parameters point to is the same in all precisions and stays where it
// is.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "tensors.h"

namespace tensors {

/// Tensors that have been given bfloat16 memory, until leave().
class Bf16Maps {
 public:
  Bf16Maps() = default;
  Bf16Maps(const Bf16Maps&) = delete;
  Bf16Maps& operator=(const Bf16Maps&) = delete;

  /// The tensor's values become bfloat16; all must be bfloat16 numbers. Nothing without data.
  void convert(Tensor& t, int images) {
    if (t.data == nullptr) return;
    const std::int64_t size = (blockCount(images) - 1) * t.blockStride + t.channels * t.channelStride;
    for (const Map& map : maps_) {
      if (map.floats == t.data && map.size == size) {
        t.data = map.address();
        return;
      }
      CHECK(t.data + size <= map.floats || map.floats + map.size <= t.data, "maps of a call overlap");
    }
    maps_.emplace_back(t.data, size);
    t.data = maps_.back().address();
  }

  /// A copy, to be changed, of `count` parts of the parameters.
  template <class Part>
  Part* copy(const Part* parts, int count) {
    const auto owned = std::make_shared<std::vector<Part>>(parts, parts + count);
    copies_.push_back(owned);
    return owned->data();
  }

  /// Converts what the kernel has left back.
  void leave() const {
    for (const Map& map : maps_) map.leave();
  }

 private:
  struct alignas(64) Line {
    std::uint16_t of[32];
  };

  struct Map {
    float* floats;
    std::int64_t size;
    std::vector<Line> lines;  // with one of sentinels before and after

    Map(float* data, std::int64_t count)
        : floats(data), size(count), lines(static_cast<std::size_t>((count + 31) / 32 + 2)) {
      std::fill_n(lines.front().of, 32 * lines.size(), bf16Of(kSentinel));
      bool exact = true;
      for (std::int64_t i = 0; i < size; ++i) {
        halves()[i] = bf16Of(floats[i]);
        exact = exact && fromBf16(halves()[i]) == floats[i];
      }
      CHECK(exact, "a map holds what is no bfloat16");
    }
    std::uint16_t* halves() const { return const_cast<std::uint16_t*>(lines[1].of); }
    float* address() const { return reinterpret_cast<float*>(halves()); }
    void leave() const {
      for (std::int64_t i = 0; i < size; ++i) floats[i] = fromBf16(halves()[i]);
      const auto isSentinel = [](std::uint16_t half) { return half == bf16Of(kSentinel); };
      const std::uint16_t* const end = lines.back().of + 32;
      const bool intact = std::all_of(lines.front().of, lines[1].of, isSentinel) &&
                          std::all_of(static_cast<const std::uint16_t*>(halves()) + size, end, isSentinel);
      CHECK(intact, "written outside of a map of %lld values", static_cast<long long>(size));
    }
  };

  std::deque<Map> maps_;
  std::vector<std::shared_ptr<void>> copies_;
};

// ---- convertMaps(maps, parameters): for every family. Those without an overload have no maps.

template <class Parameters>
void convertMaps(Bf16Maps&, Parameters&) {}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Upstream& u, int images) {
  maps.convert(u.g, images);
  maps.convert(u.y, images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::SepConv& p) {
  maps.convert(p.src.x, p.images);
  maps.convert(p.dst, p.images);
  maps.convert(p.kept, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::Depthwise& p) {
  maps.convert(p.src.x, p.images);
  maps.convert(p.dst, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::DepthwiseBackward& p) {
  convertMaps(maps, p.forward);
  convertMaps(maps, p.upstream, p.forward.images);
  maps.convert(p.dsrc.g, p.forward.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Pointwise& p) {
  nao::kernels::PointwiseTerm* const terms = maps.copy(p.terms, p.termCount);
  for (int t = 0; t < p.termCount; ++t) maps.convert(terms[t].src.x, p.images);
  p.terms = terms;
  maps.convert(p.dst, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::PointwiseBackward& p) {
  nao::kernels::PointwiseTermGradient* const gradients = maps.copy(p.gradients, p.forward.termCount);
  for (int t = 0; t < p.forward.termCount; ++t) maps.convert(gradients[t].dsrc.g, p.forward.images);
  p.gradients = gradients;
  convertMaps(maps, p.forward);
  convertMaps(maps, p.upstream, p.forward.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Conv& p) {
  maps.convert(p.src.x, p.images);
  maps.convert(p.dst, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::ConvBackward& p) {
  convertMaps(maps, p.forward);
  convertMaps(maps, p.upstream, p.forward.images);
  maps.convert(p.dsrc.g, p.forward.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Pool& p) {
  maps.convert(p.src.x, p.images);
  maps.convert(p.dst, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::PoolBackward& p) {
  convertMaps(maps, p.forward);
  convertMaps(maps, p.upstream, p.forward.images);
  maps.convert(p.dsrc.g, p.forward.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Add& p) {
  nao::kernels::AddOperand* const operands = maps.copy(p.operands, p.operandCount);
  for (int i = 0; i < p.operandCount; ++i) {
    maps.convert(operands[i].src.x, p.images);
    if (operands[i].pool == nullptr) continue;
    nao::kernels::Pool* const pool = maps.copy(operands[i].pool, 1);
    maps.convert(pool->src.x, p.images);
    pool->dst.data = nullptr;  // it only says the size
    operands[i].pool = pool;
  }
  p.operands = operands;
  maps.convert(p.dst, p.images);
}
/// Also of weighted sums, whose gradients look the same.
template <class Backward>
void convertGradients(Bf16Maps& maps, Backward& p, int count) {
  nao::kernels::SourceGradient* const gradients = maps.copy(p.gradients, count);
  for (int i = 0; i < count; ++i) maps.convert(gradients[i].g, p.forward.images);
  p.gradients = gradients;
  convertMaps(maps, p.forward);
  maps.convert(p.g, p.forward.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::AddBackward& p) {
  convertGradients(maps, p, p.forward.operandCount);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::WeightedSum& p) {
  nao::kernels::WeightedTerm* const terms = maps.copy(p.terms, p.termCount);
  for (int t = 0; t < p.termCount; ++t) maps.convert(terms[t].src.x, p.images);
  p.terms = terms;
  maps.convert(p.dst, p.images);
}
inline void convertMaps(Bf16Maps& maps, nao::kernels::WeightedSumBackward& p) {
  convertGradients(maps, p, p.forward.termCount);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::GradientSums& p) {
  nao::kernels::GradientSumsTerm* const terms = maps.copy(p.terms, p.termCount);
  for (int t = 0; t < p.termCount; ++t) maps.convert(terms[t].y, p.images);
  p.terms = terms;
  maps.convert(p.g, p.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::GlobalPool& p) { maps.convert(p.src.x, p.images); }
inline void convertMaps(Bf16Maps& maps, nao::kernels::GlobalPoolBackward& p) {
  convertMaps(maps, p.forward);
  maps.convert(p.dsrc.g, p.forward.images);
}

inline void convertMaps(Bf16Maps& maps, nao::kernels::Augment& p) { maps.convert(p.dst, p.images); }
inline void convertMaps(Bf16Maps& maps, nao::kernels::CopyInput& p) { maps.convert(p.dst, p.images); }

}  // namespace tensors
