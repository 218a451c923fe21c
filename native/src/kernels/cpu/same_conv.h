// A dense convolution whose output has the size of its source: stride 1, and half of an odd window is padding. Operands
// lie in scratch as bands of rows with zeros around, of which every tap reads the same lines at another distance: of
// all products one operand is read where it lies, and nothing is copied for each tap.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/columns.h"
#include "kernels/cpu/load_planes.h"
#include "kernels/cpu/output_sums.h"

namespace nao::kernels::NAO_ISA {

/// Of few channels the columns of conv.cpp cost no more, and sums over an output keep their order.
constexpr int kLeastSameChannels = 8;
constexpr int kMostSameTaps = 49;

inline bool keepsSize(const Conv& p) {
  const auto& [kernel, stride, padding] = p.window;
  return stride.y == 1 && stride.x == 1 && 2 * padding.y + 1 == kernel.y && 2 * padding.x + 1 == kernel.x &&
         p.src.x.channels >= kLeastSameChannels && kernel.cells() <= kMostSameTaps;
}

/// A band of rows of all channels, with the rows above and below that a window reaches.
class Band {
 public:
  Band(const Conv& p, int channels, int rows)
      : channels_(channels), height_(p.src.x.height), rows_(rows), padding_(p.window.padding) {
    first_.width = p.src.x.width;
    first_.padding = padding_.x;
    stride_ = (first_.floats(rows + 2 * padding_.y) / kLanes | 1) * kLanes;  // odd: see chunkStride
  }

  /// At most, without those around.
  int rows() const { return rows_; }
  std::int64_t floats() const { return channels_ * stride_; }
  std::int64_t stride() const { return stride_; }
  std::int64_t rowStride() const { return static_cast<std::int64_t>(first_.pitch()) * kLanes; }

  /// Takes floats() floats at `memory`.
  void place(float* memory) {
    first_.data = memory;
    std::fill_n(memory, floats(), 0.0f);
  }
  /// Makes it the band whose own rows are [begin, end): calls load(channel, rows, end of the rows of the image), and
  /// clears what is outside of it.
  template <class Load>
  void move(int begin, int end, const Load& load) {
    first_.begin = begin - padding_.y;
    const int top = std::max(0, first_.begin), bottom = std::min(height_, end + padding_.y);
    for (int c = 0; c < channels_; ++c) {
      PaddedRows rows = first_;
      rows.data += c * stride_;
      clear(rows, first_.begin, top);
      clear(rows, bottom, end + padding_.y);
      rows.data += (top - rows.begin) * rowStride();
      rows.begin = top;
      load(c, rows, bottom);
    }
  }
  /// The first line of a row of the first channel.
  const float* row(int y) const { return first_.line(y, 0); }
  /// What the first tap of an output row's first pixel reads.
  const float* firstTap(int y) const { return first_.line(y - padding_.y, -padding_.x); }

 private:
  void clear(const PaddedRows& rows, int begin, int end) const {
    for (int y = begin; y < end; ++y) std::fill_n(rows.line(y, 0), rows.width * kLanes, 0.0f);
  }

  int channels_, height_, rows_;
  Extent padding_;
  PaddedRows first_;
  std::int64_t stride_ = 0;
};

/// Where the taps of a window lie in a band, from the first.
class Taps {
 public:
  /// Depths of a product: from tap to tap of a channel, and on to the next channel.
  class Depths {
   public:
    explicit Depths(const Taps& taps) : steps_(taps.steps_), count_(taps.count_) {}

    const float* next(const float* src) {
      src += steps_[tap_];
      tap_ = tap_ + 1 == count_ ? 0 : tap_ + 1;
      return src;
    }

   private:
    const std::int64_t* steps_;
    int count_;
    int tap_ = 0;
  };

  Taps(const Extent& kernel, const Band& band)
      : count_(kernel.cells()), width_(kernel.x), rowStride_(band.rowStride()) {
    for (int tap = 0; tap + 1 < count_; ++tap) steps_[tap] = at(tap + 1) - at(tap);
    steps_[count_ - 1] = band.stride() - at(count_ - 1);
  }

  int count() const { return count_; }
  std::int64_t at(int tap) const { return tap / width_ * rowStride_ + tap % width_ * kLanes; }
  Depths depths() const { return Depths(*this); }

 private:
  std::int64_t steps_[kMostSameTaps];
  int count_, width_;
  std::int64_t rowStride_;
};

/// Rows of a band of so many channels, of maps as p has them, that takes about `bytes`.
inline int bandRows(const Conv& p, int channels, std::int64_t bytes) {
  const std::int64_t rowBytes = static_cast<std::int64_t>(channels) * (p.src.x.width + p.window.padding.x) * kLanes *
                                static_cast<std::int64_t>(sizeof(float));
  const std::int64_t rows = bytes / rowBytes - 2 * p.window.padding.y;
  return static_cast<int>(std::clamp<std::int64_t>(rows, 1, p.src.x.height));
}

inline void loadBand(const Source& source, int block, int lanes, int begin, int end, Band& band) {
  band.move(begin, end, [&](int channel, const PaddedRows& rows, int bottom) {
    loadSource(source, block, channel, lanes, bottom, rows);
  });
}
inline void loadBand(const Upstream& upstream, int block, int lanes, int begin, int end, Band& band) {
  band.move(begin, end, [&](int channel, const PaddedRows& rows, int bottom) {
    for (int y = rows.begin; y < bottom; ++y)
      loadGradient(upstream, block, channel, lanes, static_cast<std::int64_t>(y) * rows.width, rows.width,
                   rows.line(y, 0));
  });
}

/// gradient[m][c][tap] += sum over rows [begin, end), their lines and lanes, of dy[m] times what the tap reads of z[c].
inline void addTapProducts(const Band& dy, int outputs, const Band& z, int inputs, const Taps& taps, int width,
                           int begin, int end, float* gradient) {
  const int atOnce = std::max(1, kProductLines / width);
  const std::int64_t rowStride = static_cast<std::int64_t>(inputs) * taps.count();
  for (int y = begin; y < end; y += atOnce)
    forParts<kProductRows>(outputs, [&](auto m, int row) {
      const RowPlanes a = {dy.row(y) + row * dy.stride(), dy.stride(), dy.rowStride()};
      forParts<kProductCols>(inputs, [&](auto n, int col) {
        for (int tap = 0; tap < taps.count(); ++tap)
          productTile<decltype(m)::value, decltype(n)::value>(
              a, {z.firstTap(y) + taps.at(tap) + col * z.stride(), z.stride(), z.rowStride()},
              std::min(atOnce, end - y), width, gradient + row * rowStride + col * taps.count() + tap, rowStride,
              taps.count());
      });
    });
}

/// The weights [outputs][inputs][taps] as they take gradients back: [inputs][outputs][taps], of which the last comes
/// first.
inline void turnWeights(const float* weights, int outputs, int inputs, int taps, float* turned) {
  for (int c = 0; c < inputs; ++c)
    for (int m = 0; m < outputs; ++m, turned += taps)
      std::reverse_copy(weights + (m * inputs + c) * taps, weights + (m * inputs + c + 1) * taps, turned);
}

}  // namespace nao::kernels::NAO_ISA
