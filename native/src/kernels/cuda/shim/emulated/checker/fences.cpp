#include "fences.h"

#include <cstddef>
#include <map>
#include <vector>

#include "../block.h"
#include "../checker.h"

namespace nao::cuda::emulation::checker {

namespace {

/// An atomic after a fence: everything of its thread before it, and of its block before the last barrier.
struct Release {
  std::uint32_t block, thread, epoch;
};
/// A fence after an atomic, which saw the first `count` releases; holds for the others of its block from the next
/// barrier on.
struct Acquisition {
  const std::vector<Release>* releases;
  std::size_t count;
  std::uint32_t thread, epoch;
};
struct ThreadState {
  bool fenced = false;
  const void* exchanged = nullptr;
};

std::map<const void*, std::vector<Release>> releases;  // of this launch, by address
// Of the running block:
std::uint32_t running = 0;
std::map<std::uint32_t, ThreadState> threads;
std::vector<Acquisition> acquisitions;

void turnToBlock() {
  if (running == block().number) return;
  running = block().number;
  threads.clear();
  acquisitions.clear();
}

}  // namespace

void beginFences() {
  releases.clear();
  threads.clear();
  acquisitions.clear();
}

void fenced() {
  turnToBlock();
  ThreadState& state = threads[thread().index];
  state.fenced = true;
  if (state.exchanged == nullptr) return;
  const std::vector<Release>& seen = releases[state.exchanged];
  acquisitions.push_back({&seen, seen.size(), thread().index, block().epoch});
}

void exchanged(const void* address) {
  turnToBlock();
  ThreadState& state = threads[thread().index];
  state.exchanged = address;
  if (state.fenced) releases[address].push_back({block().number, thread().index, block().epoch});
}

bool orderedByFences(std::uint32_t other, std::uint32_t otherThread, std::uint32_t otherEpoch) {
  turnToBlock();
  for (const Acquisition& mine : acquisitions) {
    if (mine.thread != thread().index && mine.epoch >= block().epoch) continue;
    for (std::size_t i = 0; i < mine.count; ++i) {
      const Release& theirs = (*mine.releases)[i];
      if (theirs.block == other && (theirs.thread == otherThread || otherEpoch < theirs.epoch)) return true;
    }
  }
  return false;
}

}  // namespace nao::cuda::emulation::checker
