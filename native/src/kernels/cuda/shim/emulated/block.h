// The state of the one block that runs: its threads, warps, barrier and shared memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "counts.h"
#include "fiber.h"
#include "launch.h"
#include "report.h"
#include "site.h"
#include "thread.h"

namespace nao::cuda::emulation {

constexpr unsigned kWarp = 32;

struct Warp;

struct PendingCopy {
  void* dst;
  const void* src;
  std::size_t bytes;
  unsigned group;
};

struct Thread : ThreadContext {
  unsigned index = 0;  // within the block
  unsigned lane = 0;   // within the warp
  Warp* warp = nullptr;
  Fiber fiber;
  bool finished = false;
  Site waiting;                     // the barrier or exchange it is suspended at
  unsigned copyGroup = 0;           // groups committed so far
  std::vector<PendingCopy> copies;  // in the order of their issue
  Counts counts;                    // the checker's
  std::uint32_t moment = 0;         // the checker's name for the time since its last synchronisation; 0: none yet
};

/// What a lane brings to an exchange and takes from it.
struct Slot {
  std::uint32_t words[10];
};

/// A rendezvous of the lanes of one mask. Two sets of slots: a lane may bring its next value before another has read
/// the last one.
struct Meeting {
  unsigned mask = 0;
  unsigned arrived = 0;
  unsigned round = 0;
  Site site;
  std::vector<Thread*> waiting;
  std::array<std::array<Slot, kWarp>, 2> slots;
};

struct Warp {
  unsigned lanes = 0;  // how many exist
  std::vector<std::unique_ptr<Meeting>> meetings;
  /// seen[l][o]: up to which of lane o's own clock lane l knows what o did; [l][l] is l's own clock.
  std::array<std::array<std::uint32_t, kWarp>, kWarp> seen;
};

struct SharedVariable {
  const void* site;
  char* memory;
  std::size_t bytes;
};

struct Block {
  uint3 index = {0, 0, 0};
  unsigned number = 0;  // within the grid
  std::vector<Thread*> threads;
  std::vector<Warp> warps;

  unsigned arrived = 0;
  Site barrier;
  std::vector<Thread*> waiting;
  std::uint32_t epoch = 0;  // barriers passed

  std::size_t dynamicBytes = 0;
  std::size_t sharedUsed = 0;
  std::vector<SharedVariable> variables;
};

/// The block and thread that run now.
Block& block();
Thread& thread();

/// Suspends the running thread until somebody wakes it.
void suspend(Site at);
void wake(std::vector<Thread*>& threads);

/// Reports a mistake of the running thread after which its block cannot go on, and gives up the whole grid.
[[noreturn]] void fail(const std::string& problem, const Location& at, const Location& other = {});

}  // namespace nao::cuda::emulation
