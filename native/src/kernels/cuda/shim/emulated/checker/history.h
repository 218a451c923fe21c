// Who last touched a byte of device memory, and whether that is ordered before what the running thread does now.
//
// A *moment* is the time of one thread between two of its synchronisations. Two accesses of different threads are
// ordered if a barrier of their block lies between, or a chain of exchanges within their warp; between blocks of one
// launch only fences and atomics order (fences.h). Of earlier launches everything is.
#pragma once

#include <cstdint>

namespace nao::cuda::emulation::checker {

struct Access {
  std::uint32_t moment = 0;  // 0: none
  std::uint32_t code : 31;   // where: bytes from the beginning of the program
  std::uint32_t atomic : 1;

  Access() : code(0), atomic(0) {}
  Access(std::uint32_t moment_, std::uint32_t code_, bool atomic_)
      : moment(moment_), code(code_ & 0x7fffffffu), atomic(atomic_) {}
};

/// The accesses that a later one may clash with. Two of each kind are enough: they are kept as far apart as possible,
/// so that whoever is ordered after both is, but for rare cases within a warp, ordered after those forgotten.
struct History {
  Access writes[2];
  Access reads[2];

  bool operator==(const History& other) const;
};

void beginHistories();

/// The running thread's access from `code`.
Access accessNow(std::uint32_t code, bool atomic);

/// The access that clashes with a read, plain write or atomic of the running thread; null if there is none.
/// `betweenBlocks`: other blocks can touch this byte.
const Access* clashWithRead(const History& history, bool betweenBlocks);
const Access* clashWithWrite(const History& history, bool betweenBlocks);
const Access* clashWithAtomic(const History& history, bool betweenBlocks);

void addRead(History& history, Access access, bool betweenBlocks);
void addWrite(History& history, Access access);
void addAtomic(History& history, Access access, bool betweenBlocks);

/// "thread 3 of block 0"
struct Who {
  std::uint32_t thread;
  std::uint32_t block;
};
Who whoDid(const Access& access);

}  // namespace nao::cuda::emulation::checker
