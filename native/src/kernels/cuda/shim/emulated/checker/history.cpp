#include "history.h"

#include <cstring>
#include <utility>
#include <vector>

#include "../block.h"
#include "fences.h"

namespace nao::cuda::emulation::checker {

namespace {

struct Moment {
  std::uint32_t block;
  std::uint32_t thread;
  std::uint32_t epoch;  // of the block
  std::uint32_t clock;  // of the lane
};

std::vector<Moment> moments;    // of this launch
std::uint32_t firstMoment = 1;  // number of moments[0]

const Moment& momentOf(const Access& access) { return moments[access.moment - firstMoment]; }

/// Is there an access of this launch?
bool known(const Access& access) { return access.moment >= firstMoment; }

bool concurrent(const Access& access, bool betweenBlocks) {
  if (!known(access)) return false;
  const Moment& then = momentOf(access);
  const Thread& now = thread();
  if (then.block != block().number) return betweenBlocks && !orderedByFences(then.block, then.thread, then.epoch);
  if (then.thread == now.index || then.epoch != block().epoch) return false;
  if (then.thread / kWarp != now.index / kWarp) return true;
  return now.warp->seen[now.lane][then.thread % kWarp] < then.clock;
}

int distance(const Access& a, const Access& b) {
  const Moment &first = momentOf(a), &second = momentOf(b);
  if (first.block != second.block) return 2;
  return first.thread / kWarp != second.thread / kWarp ? 1 : 0;
}

void keep(Access (&kept)[2], Access access, bool betweenBlocks) {
  for (Access& one : kept) {
    if (!concurrent(one, betweenBlocks)) {
      one = access;
      return;
    }
  }
  const int apart = distance(kept[0], kept[1]);
  if (distance(kept[0], access) > apart) {
    kept[1] = access;
  } else if (distance(kept[1], access) > apart) {
    kept[0] = access;
  }
}

const Access* clash(const Access (&accesses)[2], bool betweenBlocks, bool withAtomics) {
  for (const Access& access : accesses) {
    if ((withAtomics || !access.atomic) && concurrent(access, betweenBlocks)) return &access;
  }
  return nullptr;
}

}  // namespace

bool History::operator==(const History& other) const { return std::memcmp(this, &other, sizeof other) == 0; }

void beginHistories() {
  firstMoment += static_cast<std::uint32_t>(moments.size());
  moments.clear();
  beginFences();
}

Access accessNow(std::uint32_t code, bool atomic) {
  Thread& now = thread();
  if (now.moment == 0) {
    now.moment = firstMoment + static_cast<std::uint32_t>(moments.size());
    moments.push_back({block().number, now.index, block().epoch, now.warp->seen[now.lane][now.lane]});
  }
  return {now.moment, code, atomic};
}

const Access* clashWithRead(const History& history, bool betweenBlocks) {
  return clash(history.writes, betweenBlocks, true);
}
const Access* clashWithWrite(const History& history, bool betweenBlocks) {
  const Access* const write = clash(history.writes, betweenBlocks, true);
  return write != nullptr ? write : clash(history.reads, betweenBlocks, true);
}
const Access* clashWithAtomic(const History& history, bool betweenBlocks) {
  const Access* const write = clash(history.writes, betweenBlocks, false);
  return write != nullptr ? write : clash(history.reads, betweenBlocks, true);
}

void addRead(History& history, Access access, bool betweenBlocks) { keep(history.reads, access, betweenBlocks); }

void addWrite(History& history, Access access) {
  // Whatever was before is ordered before this, or has been reported.
  history = {};
  history.writes[0] = access;
}

void addAtomic(History& history, Access access, bool betweenBlocks) {
  keep(history.writes, access, betweenBlocks);
  for (Access& read : history.reads) read = {};
}

Who whoDid(const Access& access) { return {momentOf(access).thread, momentOf(access).block}; }

}  // namespace nao::cuda::emulation::checker
