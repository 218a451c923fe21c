#include "tensor_core.h"

#include "../fragments.h"
#include "exchange.h"

namespace nao::cuda {

namespace {

using emulation::kWarp;
using emulation::Slot;

constexpr unsigned kAllLanes = 0xffffffffu;

// Words of a slot: d[4], a[4], b[2].
constexpr int kA = 4;
constexpr int kB = 8;

/// Adds the product of the gathered operands to every lane's d.
template <int kInner>
void multiplyAdd(Slot* slots, const float (&a)[16][kInner], const float (&b)[kInner][8]) {
  for (int lane = 0; lane < static_cast<int>(kWarp); ++lane) {
    for (int i = 0; i < 4; ++i) {
      const Element at = accumulator(lane, i);
      float sum = emulation::bitCast<float>(slots[lane].words[i]);
      for (int k = 0; k < kInner; ++k) sum += a[at.row][k] * b[k][at.column];
      slots[lane].words[i] = emulation::bitCast<std::uint32_t>(sum);
    }
  }
}

float fromTf32(std::uint32_t bits) { return emulation::bitCast<float>(bits & ~0x1fffu); }
float fromBf16(std::uint32_t word, int half) {
  return emulation::bitCast<float>(half == 0 ? word << 16 : word & 0xffff0000u);
}

void completeTf32(Slot* slots) {
  float a[16][8], b[8][8];
  for (int lane = 0; lane < static_cast<int>(kWarp); ++lane) {
    for (int i = 0; i < 4; ++i) {
      const Element at = tf32A(lane, i);
      a[at.row][at.column] = fromTf32(slots[lane].words[kA + i]);
    }
    for (int i = 0; i < 2; ++i) {
      const Element at = tf32B(lane, i);
      b[at.row][at.column] = fromTf32(slots[lane].words[kB + i]);
    }
  }
  multiplyAdd(slots, a, b);
}

void completeBf16(Slot* slots) {
  float a[16][16], b[16][8];
  for (int lane = 0; lane < static_cast<int>(kWarp); ++lane) {
    for (int half = 0; half < 2; ++half) {
      for (int i = 0; i < 4; ++i) {
        const Element at = bf16A(lane, i, half);
        a[at.row][at.column] = fromBf16(slots[lane].words[kA + i], half);
      }
      for (int i = 0; i < 2; ++i) {
        const Element at = bf16B(lane, i, half);
        b[at.row][at.column] = fromBf16(slots[lane].words[kB + i], half);
      }
    }
  }
  multiplyAdd(slots, a, b);
}

void exchangeOperands(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], emulation::Site site,
                      void (*complete)(Slot*)) {
  Slot mine;
  std::memcpy(mine.words, d, sizeof d);
  std::memcpy(mine.words + kA, a, sizeof a);
  std::memcpy(mine.words + kB, b, sizeof b);
  const auto& all = emulation::exchange(kAllLanes, mine, site, complete);
  std::memcpy(d, all[emulation::thread().lane].words, sizeof d);
}

}  // namespace

void multiplyAddTf32(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], emulation::Site site) {
  exchangeOperands(d, a, b, site, completeTf32);
}

void multiplyAddBf16(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], emulation::Site site) {
  exchangeOperands(d, a, b, site, completeBf16);
}

void emulation::loadMatrices(std::uint32_t (&r)[4], const void* row, bool transposed, Site site) {
  constexpr std::size_t kRowBytes = 16;
  checker::access(row, kRowBytes, checker::Kind::kRead, __builtin_return_address(0));
  Slot mine;
  std::memcpy(mine.words, row, kRowBytes);
  const auto& rows = exchange(kAllLanes, mine, site);
  const auto element = [&](unsigned matrix, unsigned y, unsigned x) {
    const std::uint32_t word = rows[matrix * 8 + y].words[x / 2];
    return x % 2 == 0 ? word & 0xffffu : word >> 16;
  };
  const unsigned y = thread().lane / 4, x = thread().lane % 4 * 2;
  for (unsigned m = 0; m < 4; ++m) {
    r[m] = transposed ? element(m, x, y) | element(m, x + 1, y) << 16 : element(m, y, x) | element(m, y, x + 1) << 16;
  }
}

}  // namespace nao::cuda
