// Windows are boxes, so sums and maxima are taken along one axis first and along the other afterwards, in both
// directions. Gradients are gathered by the source's cells, which are written once.
#include "kernels/cpu/pool.h"

#include <algorithm>

#include "kernels/cpu/access.h"
#include "kernels/cpu/pool_plane.h"

namespace nao::kernels::NAO_ISA {
namespace {

/// Windows [begin, end) along one axis that hold a cell; cells are visited in ascending order.
class Windows {
 public:
  int begin = 0, end = 0;

  Windows(const Pool& p, int count) : count_(count), kernel_(p.kernel), stride_(p.stride), padding_(p.padding) {}
  void moveTo(int cell) {
    while (end < count_ && first(end) <= cell) ++end;
    while (begin < end && first(begin) + kernel_ <= cell) ++begin;
  }
  /// The number of `cell` within a window, counted from the window's first cell, inside the image or not.
  int numberIn(int window, int cell) const { return cell - first(window); }

 private:
  int first(int window) const { return window * stride_ - padding_; }

  int count_, kernel_, stride_, padding_;
};

std::int64_t planeFloats(const Tensor& t) { return static_cast<std::int64_t>(t.height) * t.width * kLanes; }

/// What the windows of output row y hand down: mask * g, for the average divided by its cells.
void loadWindowGradients(const PoolBackward& p, int block, int lanes, int channel, int y, float* dst) {
  const Pool& f = p.forward;
  const std::int64_t rowFloats = static_cast<std::int64_t>(f.dst.width) * kLanes;
  const float* g = p.upstream.g.plane(block, channel) + y * rowFloats;
  const int rows = Span(f, y, f.src.x.height).size();
  for (int half = 0; half < kHalves; ++half) {
    const Vec mask = imageMask(p.upstream.mask, block, half, lanes);
    Share share;
    for (int x = 0; x < f.dst.width; ++x) {
      const int cells = f.maximum ? 1 : rows * Span(f, x, f.src.x.width).size(), at = x * kLanes + half * kVec;
      store(dst + at, mask * share.of(cells) * load(g + at));
    }
  }
}

/// Which cell of each window won, in two steps: within every row of the image the first maximum of the window's
/// columns, then the first row that holds the maximum of those. Together that is the first in row-major order.
struct Winners {
  float* value;   // [source rows][dst columns]: maximum of the row's cells
  float* column;  // same: its column, counted from the window's first
  float* row;     // [dst rows][dst columns]: the winning row, counted from the window's first

  static std::int64_t floats(const Pool& p) {
    return p.maximum ? (2 * static_cast<std::int64_t>(p.src.x.height) + p.dst.height) * p.dst.width * kLanes : 0;
  }
  Winners(const Pool& p, float* memory)
      : value(memory),
        column(value + static_cast<std::int64_t>(p.src.x.height) * p.dst.width * kLanes),
        row(column + static_cast<std::int64_t>(p.src.x.height) * p.dst.width * kLanes) {}
};

/// A cell's number in a window as a register, from memory: cheaper than a conversion.
inline Vec number(int cell) {
  static constexpr float kNumbers[] = {0, 1, 2, 3, 4, 5, 6, 7};
  return cell < 8 ? broadcast(kNumbers[cell]) : broadcast(static_cast<float>(cell));
}

/// First step for source row sy, whose normalised cells are z.
void findColumns(const Pool& p, const float* z, int sy, const Winners& winners) {
  std::int64_t at = static_cast<std::int64_t>(sy) * p.dst.width * kLanes;
  for (int x = 0; x < p.dst.width; ++x) {
    const Span cells(p, x, p.src.x.width);
    const int first = x * p.stride - p.padding;
    for (int half = 0; half < kLanes; half += kVec, at += kVec) {
      Vec largest = load(z + cells.begin * kLanes + half);
      Vec winner = number(cells.begin - first);
      for (int sx = cells.begin + 1; sx < cells.end; ++sx) {
        const Vec value = load(z + sx * kLanes + half);
        winner = selectGreater(value, largest, number(sx - first), winner);
        largest = max(value, largest);
      }
      store(winners.value + at, largest);
      store(winners.column + at, winner);
    }
  }
}

/// Second step for output row y.
void findRows(const Pool& p, int y, const Winners& winners) {
  const std::int64_t rowFloats = static_cast<std::int64_t>(p.dst.width) * kLanes;
  const Span rows(p, y, p.src.x.height);
  const int first = y * p.stride - p.padding;
  for (std::int64_t i = 0; i < rowFloats; i += kVec) {
    Vec largest = load(winners.value + rows.begin * rowFloats + i);
    Vec winner = number(rows.begin - first);
    for (int sy = rows.begin + 1; sy < rows.end; ++sy) {
      const Vec value = load(winners.value + sy * rowFloats + i);
      winner = selectGreater(value, largest, number(sy - first), winner);
      largest = max(value, largest);
    }
    store(winners.row + y * rowFloats + i, winner);
  }
}

/// The gradient of one plane, source row by source row; the windows of an output row are looked into just before the
/// first source row that needs them, so that the rows in use stay in the first-level cache. A window's g reaches all
/// its cells, or with kMaximum the winner. Calls leaveCell(offset, dz) for every register.
template <bool kMaximum, class LeaveCell>
void planeBackward(const PoolBackward& p, int block, int lanes, int channel, float* scratch, LeaveCell&& leaveCell) {
  const Pool& f = p.forward;
  const int rowFloats = f.dst.width * kLanes, sourceFloats = f.src.x.width * kLanes;
  float* g = scratch;
  float* column = g + planeFloats(f.dst);
  float* z = column + rowFloats;
  const Winners winners(f, z + sourceFloats);
  const Normalise normalise(f.src, channel);
  const float* x = f.src.x.plane(block, channel);
  Windows rows(f, f.dst.height);
  int known = 0, searched = 0;  // output rows whose windows and source rows whose columns are done
  std::int64_t at = 0;
  for (int sy = 0; sy < f.src.x.height; ++sy) {
    rows.moveTo(sy);
    for (; known < rows.end; ++known) {
      loadWindowGradients(p, block, lanes, channel, known, g + static_cast<std::int64_t>(known) * rowFloats);
      if constexpr (kMaximum) {
        for (const int end = Span(f, known, f.src.x.height).end; searched < end; ++searched) {
          for (int i = 0; i < sourceFloats; i += kVec)
            store(z + i, normalise(load(x + static_cast<std::int64_t>(searched) * sourceFloats + i)));
          findColumns(f, z, searched, winners);
        }
        findRows(f, known, winners);
      }
    }
    for (int i = 0; i < rowFloats; i += kVec) {
      Vec sum = zero();
      for (int y = rows.begin; y < rows.end; ++y) {
        const std::int64_t window = static_cast<std::int64_t>(y) * rowFloats + i;
        const Vec gradient = load(g + window);
        if constexpr (kMaximum) {
          sum = addWhereEqual(sum, gradient, load(winners.row + window), number(rows.numberIn(y, sy)));
        } else {
          sum = sum + gradient;
        }
      }
      store(column + i, sum);
    }
    const float* winningColumn = winners.column + static_cast<std::int64_t>(sy) * rowFloats;
    Windows columns(f, f.dst.width);
    for (int sx = 0; sx < f.src.x.width; ++sx) {
      columns.moveTo(sx);
      for (int half = 0; half < kLanes; half += kVec, at += kVec) {
        Vec sum = zero();
        for (int i = columns.begin; i < columns.end; ++i) {
          const int window = i * kLanes + half;
          const Vec gradient = load(column + window);
          if constexpr (kMaximum) {
            sum = addWhereEqual(sum, gradient, load(winningColumn + window), number(columns.numberIn(i, sx)));
          } else {
            sum = sum + gradient;
          }
        }
        leaveCell(at, sum);
      }
    }
  }
}

}  // namespace

std::int64_t poolScratch(const Pool& p) { return poolPlaneScratch(p); }

void pool(const Pool& p, int block, float* scratch) {
  for (int c = 0; c < p.dst.channels; ++c) {
    float* dst = p.dst.plane(block, c);
    poolPlane(p, block, c, scratch, [dst](std::int64_t at, int, Vec value) { store(dst + at, value); });
  }
}

std::int64_t poolBackwardScratch(const PoolBackward& p) {
  const Pool& f = p.forward;
  return planeFloats(f.dst) + static_cast<std::int64_t>(f.dst.width + f.src.x.width) * kLanes + Winners::floats(f);
}

void poolBackward(const PoolBackward& p, int block, float* scratch) {
  const Pool& f = p.forward;
  if (!p.dsrc.g.data) return;
  const int lanes = lanesInBlock(f.images, block);
  for (int c = 0; c < f.dst.channels; ++c) {
    const Normalise normalise(f.src, c);
    const float* x = f.src.x.plane(block, c);
    float* dsrc = p.dsrc.g.plane(block, c);
    const bool relu = f.src.relu, accumulate = p.dsrc.accumulate;
    const float* nextG = p.upstream.g.plane(block, c) + p.upstream.g.channelStride;
    const auto leaveCell = [&](std::int64_t at, Vec gradient) {
      // The next channel arrives while this one is worked on; past the last channel that is wasted but harmless.
      __builtin_prefetch(x + f.src.x.channelStride + at, 0, 2);
      if (at < planeFloats(f.dst)) __builtin_prefetch(nextG + at, 0, 2);
      leave(dsrc + at, accumulate, relu ? normalise.backward(gradient, load(x + at)) : gradient);
    };
    if (f.maximum) {
      planeBackward<true>(p, block, lanes, c, scratch, leaveCell);
    } else {
      planeBackward<false>(p, block, lanes, c, scratch, leaveCell);
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
