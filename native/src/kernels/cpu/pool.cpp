// Windows are boxes, so sums and maxima are taken along one axis first and along the other afterwards, in both
// directions. Gradients are gathered by the source's cells, which are written once.
#include "kernels/cpu/pool.h"

#include <algorithm>

#include "kernels/cpu/access.h"
#include "kernels/cpu/lane_sums.h"
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

/// What each window hands down: dy, for the average divided by its cells.
void loadWindowGradients(const PoolBackward& p, int block, int lanes, int channel, float* dst) {
  const Pool& f = p.forward;
  const float* g = p.upstream.g.plane(block, channel);
  const bool normalised = p.upstream.coefficients != nullptr;
  const float* y0 = normalised ? p.upstream.y.plane(block, channel) : g;
  const float* k = p.upstream.coefficients + channel;
  const Vec factor = broadcast(normalised ? k[0] : 1.0f);
  const Vec ofY = broadcast(normalised ? k[p.upstream.coefficientStride] : 0.0f);
  const Vec constant = broadcast(normalised ? k[2 * p.upstream.coefficientStride] : 0.0f);
  for (int half = 0; half < kHalves; ++half) {
    const Vec mask = imageMask(p.upstream.mask, block, half, lanes);
    std::int64_t at = half * kVec;
    for (int y = 0; y < f.dst.height; ++y) {
      const int rows = Span(f, y, f.src.x.height).size();
      for (int x = 0; x < f.dst.width; ++x, at += kLanes) {
        const int cells = f.maximum ? 1 : rows * Span(f, x, f.src.x.width).size();
        const Vec dy = fma(factor * mask, load(g + at), fma(ofY, load(y0 + at), constant));
        store(dst + at, broadcast(1.0f / static_cast<float>(cells)) * dy);
      }
    }
  }
}

/// Calls leaveCell(offset, dz) for every register of a plane: the sum of g over the windows that hold the cell.
template <class LeaveCell>
void averageBackward(const Pool& p, const float* g, float* column, LeaveCell&& leaveCell) {
  const int rowFloats = p.dst.width * kLanes;
  Windows rows(p, p.dst.height);
  std::int64_t at = 0;
  for (int sy = 0; sy < p.src.x.height; ++sy) {
    rows.moveTo(sy);
    for (int i = 0; i < rowFloats; i += kVec) {
      Vec sum = zero();
      for (int y = rows.begin; y < rows.end; ++y) sum = sum + load(g + static_cast<std::int64_t>(y) * rowFloats + i);
      store(column + i, sum);
    }
    Windows columns(p, p.dst.width);
    for (int sx = 0; sx < p.src.x.width; ++sx) {
      columns.moveTo(sx);
      for (int half = 0; half < kLanes; half += kVec, at += kVec) {
        Vec sum = zero();
        for (int x = columns.begin; x < columns.end; ++x) sum = sum + load(column + x * kLanes + half);
        leaveCell(at, sum);
      }
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
    return (2 * static_cast<std::int64_t>(p.src.x.height) + p.dst.height) * p.dst.width * kLanes;
  }
  Winners(const Pool& p, float* memory)
      : value(memory),
        column(value + static_cast<std::int64_t>(p.src.x.height) * p.dst.width * kLanes),
        row(column + static_cast<std::int64_t>(p.src.x.height) * p.dst.width * kLanes) {}
};

void findWinners(const Pool& p, const Normalise& normalise, const float* src, const Winners& winners, float* z) {
  const int width = p.src.x.width, rowFloats = p.dst.width * kLanes;
  std::int64_t at = 0;
  for (int sy = 0; sy < p.src.x.height; ++sy, src += width * kLanes) {
    for (int i = 0; i < width * kLanes; i += kVec) store(z + i, normalise(load(src + i)));
    for (int x = 0; x < p.dst.width; ++x) {
      const Span cells(p, x, width);
      const int first = x * p.stride - p.padding;
      for (int half = 0; half < kLanes; half += kVec, at += kVec) {
        Vec largest = load(z + cells.begin * kLanes + half);
        Vec number = broadcast(static_cast<float>(cells.begin - first));
        for (int sx = cells.begin + 1; sx < cells.end; ++sx) {
          const Vec value = load(z + sx * kLanes + half);
          number = selectGreater(value, largest, broadcast(static_cast<float>(sx - first)), number);
          largest = max(value, largest);
        }
        store(winners.value + at, largest);
        store(winners.column + at, number);
      }
    }
  }
  float* winner = winners.row;
  for (int y = 0; y < p.dst.height; ++y, winner += rowFloats) {
    const Span rows(p, y, p.src.x.height);
    const int first = y * p.stride - p.padding;
    for (int i = 0; i < rowFloats; i += kVec) {
      Vec largest = load(winners.value + static_cast<std::int64_t>(rows.begin) * rowFloats + i);
      Vec number = broadcast(static_cast<float>(rows.begin - first));
      for (int sy = rows.begin + 1; sy < rows.end; ++sy) {
        const Vec value = load(winners.value + static_cast<std::int64_t>(sy) * rowFloats + i);
        number = selectGreater(value, largest, broadcast(static_cast<float>(sy - first)), number);
        largest = max(value, largest);
      }
      store(winner + i, number);
    }
  }
}

/// As averageBackward, but a window's g reaches only its winner.
template <class LeaveCell>
void maximumBackward(const Pool& p, const Winners& winners, const float* g, float* column, LeaveCell&& leaveCell) {
  const int rowFloats = p.dst.width * kLanes;
  Windows rows(p, p.dst.height);
  const float* winningColumn = winners.column;
  std::int64_t at = 0;
  for (int sy = 0; sy < p.src.x.height; ++sy, winningColumn += rowFloats) {
    rows.moveTo(sy);
    for (int i = 0; i < rowFloats; i += kVec) {
      Vec sum = zero();
      for (int y = rows.begin; y < rows.end; ++y) {
        const std::int64_t window = static_cast<std::int64_t>(y) * rowFloats + i;
        const Vec number = broadcast(static_cast<float>(rows.numberIn(y, sy)));
        sum = sum + whereEqual(load(g + window), load(winners.row + window), number);
      }
      store(column + i, sum);
    }
    Windows columns(p, p.dst.width);
    for (int sx = 0; sx < p.src.x.width; ++sx) {
      columns.moveTo(sx);
      for (int half = 0; half < kLanes; half += kVec, at += kVec) {
        Vec sum = zero();
        for (int x = columns.begin; x < columns.end; ++x) {
          const int window = x * kLanes + half;
          const Vec number = broadcast(static_cast<float>(columns.numberIn(x, sx)));
          sum = sum + whereEqual(load(column + window), load(winningColumn + window), number);
        }
        leaveCell(at, sum);
      }
    }
  }
}

/// What lane_sums.h makes totals of, of a register of each line of a plane.
class PlaneSums {
 public:
  /// `at` is the register's place in the plane; in ascending order.
  void add(std::int64_t at, Vec y) {
    if (at < kLanes) pivot_ = y;
    if (at % (kRun * kLanes) < kLanes) endRun();
    const Vec d = y - pivot_;
    ofRun_ = ofRun_ + d;
    squaresOfRun_ = fma(d, d, squaresOfRun_);
  }
  void leave(float* pivots, float* sums, float* squares) {
    endRun();
    store(pivots, pivot_);
    store(sums, sum_);
    store(squares, squares_);
  }

 private:
  static constexpr int kRun = 32;  // lines: a single chain over a plane would gather as many roundings

  void endRun() {
    sum_ = sum_ + ofRun_;
    squares_ = squares_ + squaresOfRun_;
    ofRun_ = squaresOfRun_ = zero();
  }

  Vec pivot_ = zero(), sum_ = zero(), squares_ = zero(), ofRun_ = zero(), squaresOfRun_ = zero();
};

/// One channel and its sums. Not inline: beside it the loop without sums, which most calls are, became slower.
__attribute__((noinline)) void poolAndSum(const Pool& p, int block, int c, float* scratch, float* dst) {
  float pivots[kLanes], sums[kLanes], squares[kLanes];
  PlaneSums of[kHalves];
  poolPlane(p, block, c, scratch, [&](std::int64_t at, int half, Vec value) {
    store(dst + at, value);
    of[half].add(at, value);
  });
  for (int half = 0; half < kHalves; ++half)
    of[half].leave(pivots + half * kVec, sums + half * kVec, squares + half * kVec);
  outputTotals(pivots, sums, squares, p.dst.height * p.dst.width, lanesInBlock(p.images, block))
      .leave(p.sums, block, c);
}

}  // namespace

std::int64_t scratchFloats(const Pool& p) { return poolPlaneScratch(p); }

void run(const Pool& p, int block, float* scratch) {
  for (int c = 0; c < p.dst.channels; ++c) {
    float* dst = p.dst.plane(block, c);
    if (p.sums.data) {
      poolAndSum(p, block, c, scratch, dst);
    } else {
      poolPlane(p, block, c, scratch, [dst](std::int64_t at, int, Vec value) { store(dst + at, value); });
    }
  }
}

std::int64_t scratchFloats(const PoolBackward& p) {
  const Pool& f = p.forward;
  return planeFloats(f.dst) + static_cast<std::int64_t>(f.dst.width + f.src.x.width) * kLanes +
         (f.maximum ? Winners::floats(f) : 0);
}

void run(const PoolBackward& p, int block, float* scratch) {
  const Pool& f = p.forward;
  if (!p.dsrc.g.data) return;
  const int lanes = lanesInBlock(f.images, block);
  float* g = scratch;
  float* column = g + planeFloats(f.dst);
  float* z = column + f.dst.width * kLanes;
  const Winners winners(f, z + f.src.x.width * kLanes);
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
    loadWindowGradients(p, block, lanes, c, g);
    if (f.maximum) {
      findWinners(f, normalise, x, winners, z);
      maximumBackward(f, winners, g, column, leaveCell);
    } else {
      averageBackward(f, g, column, leaveCell);
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
