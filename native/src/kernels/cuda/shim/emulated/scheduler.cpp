// Runs grids: block after block, the threads of a block as fibers that take turns.
#include <algorithm>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>

#include "block.h"
#include "checker.h"
#include "device_memory.h"
#include "machine.h"
#include "order.h"
#include "report.h"
#include "runtime_error.h"
#include "streams.h"

namespace nao::cuda::emulation {

ThreadContext* current = nullptr;

namespace {

constexpr unsigned kMaxThreads = 1024;

struct Scheduler {
  const Grid* grid = nullptr;
  Block block;
  std::vector<std::unique_ptr<Thread>> threads;  // kept from launch to launch
  std::vector<Thread*> ready;
  std::size_t next = 0;  // those before it in `ready` have had their turn
  bool abandoned = false;
  std::uint64_t launches = 0;
  Counts longest;
};

Scheduler& scheduler() {
  static Scheduler one;
  return one;
}

void enter() {
  const Grid& grid = *scheduler().grid;
  grid.run(grid.call);
  thread().finished = true;
  thread().fiber.suspend();
}

void prepare(Block& block, unsigned number) {
  Scheduler& all = scheduler();
  const Grid& grid = *all.grid;
  const dim3 size = grid.block;
  const unsigned count = size.x * size.y * size.z;
  block = Block();
  block.number = number;
  block.index = {number % grid.size.x, number / grid.size.x % grid.size.y, number / grid.size.x / grid.size.y};
  block.dynamicBytes = grid.sharedBytes;
  block.warps.resize((count + kWarp - 1) / kWarp);
  for (unsigned w = 0; w < block.warps.size(); ++w) {
    Warp& warp = block.warps[w];
    warp.lanes = std::min(kWarp, count - w * kWarp);
    for (unsigned lane = 0; lane < kWarp; ++lane) {
      warp.seen[lane].fill(0);
      warp.seen[lane][lane] = 1;
    }
  }
  while (all.threads.size() < count) all.threads.push_back(std::make_unique<Thread>());
  all.ready.clear();
  all.next = 0;
  for (unsigned i = 0; i < count; ++i) {
    Thread& thread = *all.threads[i];
    thread.thread = {i % size.x, i / size.x % size.y, i / size.x / size.y};
    thread.block = block.index;
    thread.blockSize = size;
    thread.gridSize = grid.size;
    thread.index = i;
    thread.lane = i % kWarp;
    thread.warp = &block.warps[i / kWarp];
    thread.finished = false;
    thread.waiting = {};
    thread.copyGroup = 0;
    thread.copies.clear();
    thread.counts = {};
    thread.moment = 0;
    thread.fiber.prepare(enter);
    block.threads.push_back(&thread);
    all.ready.push_back(&thread);
  }
  prepareShared(block);
}

Thread* takeNext(Scheduler& all) {
  if (all.next == all.ready.size()) return nullptr;
  std::swap(all.ready[all.next], all.ready[all.next + pick(all.ready.size() - all.next)]);
  Thread* const chosen = all.ready[all.next++];
  if (all.next == all.ready.size()) {
    all.ready.clear();
    all.next = 0;
  }
  return chosen;
}

void reportStuck(const Block& block) {
  const auto waits = [](const Thread* thread) { return !thread->finished; };
  const auto stuck = std::find_if(block.threads.begin(), block.threads.end(), waits);
  if (stuck == block.threads.end()) return;
  const auto elsewhere = std::find_if(block.threads.begin(), block.threads.end(), [&](const Thread* thread) {
    return waits(thread) && thread->waiting.line != (*stuck)->waiting.line;
  });
  std::string problem = "thread " + std::to_string((*stuck)->index) + " of block " + std::to_string(block.number) +
                        " waits for threads that never come";
  Location other;
  if (elsewhere != block.threads.end()) {
    problem += ": thread " + std::to_string((*elsewhere)->index) + " waits elsewhere";
    other = (*elsewhere)->waiting;
  } else {
    problem += ": they have left the kernel";
  }
  add({problem, (*stuck)->waiting, other});
}

void runBlock(unsigned number) {
  Scheduler& all = scheduler();
  prepare(all.block, number);
  while (Thread* const next = takeNext(all)) {
    current = next;
    next->fiber.resume();
    current = nullptr;
    if (all.abandoned) return;
  }
  reportStuck(all.block);
  for (const Thread* const thread : all.block.threads) {
    all.longest.accesses = std::max(all.longest.accesses, thread->counts.accesses);
    all.longest.meetings = std::max(all.longest.meetings, thread->counts.meetings);
  }
}

bool valid(const Grid& grid) {
  const dim3 b = grid.block, g = grid.size;
  const std::uint64_t threads = std::uint64_t{b.x} * b.y * b.z;
  return threads > 0 && threads <= kMaxThreads && b.z <= 64 && g.x > 0 && g.y > 0 && g.z > 0 && g.x < 1u << 31 &&
         g.y < 65536 && g.z < 65536 && grid.sharedBytes <= machine().sharedBytes;
}

}  // namespace

Counts takeLongest() { return std::exchange(scheduler().longest, {}); }

Block& block() { return scheduler().block; }
Thread& thread() { return *static_cast<Thread*>(current); }

void suspend(Site at) {
  Thread& self = thread();
  self.waiting = at;
  self.fiber.suspend();
}

void wake(std::vector<Thread*>& threads) {
  std::vector<Thread*>& ready = scheduler().ready;
  ready.insert(ready.end(), threads.begin(), threads.end());
  threads.clear();
}

void fail(const std::string& problem, const Location& at, const Location& other) {
  add({"thread " + std::to_string(thread().index) + " of block " + std::to_string(block().number) + " " + problem, at,
       other});
  scheduler().abandoned = true;
  for (;;) thread().fiber.suspend();
}

static cudaError_t run(const Grid& grid) {
  static std::mutex oneAtATime;
  const std::lock_guard<std::mutex> lock(oneAtATime);
  Scheduler& all = scheduler();
  ++all.launches;
  all.grid = &grid;
  all.abandoned = false;
  const std::size_t reportsBefore = reportCount();
  checker::launchBegins(grid);
  std::vector<unsigned> order(grid.size.x * grid.size.y * grid.size.z);
  std::iota(order.begin(), order.end(), 0u);
  for (std::size_t i = 0; i < order.size() && !all.abandoned; ++i) {
    std::swap(order[i], order[i + pick(order.size() - i)]);
    runBlock(order[i]);
    all.abandoned = all.abandoned || reportCount() > reportsBefore;
  }
  return reportCount() == reportsBefore ? cudaSuccess : remember(cudaErrorLaunchFailure);
}

cudaError_t submit(cudaStream_t stream, const Grid& grid) {
  if (machine().lost != cudaSuccess && machine().callsBefore-- <= 0) return remember(machine().lost);
  if (!valid(grid)) return remember(cudaErrorInvalidValue);
  if (machine().emptyLaunches) return cudaSuccess;
  const auto* const bytes = static_cast<const char*>(grid.call);
  return submit(stream, [grid, call = std::vector<char>(bytes, bytes + grid.callBytes)] {
    Grid own = grid;
    own.call = call.data();  // as aligned as operator new makes it
    return run(own);
  });
}

}  // namespace nao::cuda::emulation

std::uint64_t nao::cuda::launchCount() { return emulation::scheduler().launches; }
