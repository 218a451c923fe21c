#include "warp.h"

#include <algorithm>

#include "exchange.h"

namespace nao::cuda::emulation {

namespace {

std::string hexadecimal(unsigned mask) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", mask);
  return text;
}

Meeting& meetingOf(Warp& warp, unsigned mask) {
  for (const std::unique_ptr<Meeting>& meeting : warp.meetings) {
    if (meeting->mask == mask) return *meeting;
  }
  warp.meetings.push_back(std::make_unique<Meeting>());
  warp.meetings.back()->mask = mask;
  return *warp.meetings.back();
}

/// Everything that a lane of `mask` did is now known to all of them.
void shareClocks(Warp& warp, unsigned mask) {
  std::array<std::uint32_t, kWarp> known{};
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if (!(mask >> lane & 1u)) continue;
    for (unsigned other = 0; other < kWarp; ++other) known[other] = std::max(known[other], warp.seen[lane][other]);
  }
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if (!(mask >> lane & 1u)) continue;
    warp.seen[lane] = known;
    ++warp.seen[lane][lane];
  }
}

int sourceLane(Shuffle kind, int lane, int argument, int width) {
  const int first = lane & ~(width - 1);
  switch (kind) {
    case Shuffle::kIndex:
      return first + (argument & (width - 1));
    case Shuffle::kUp:
      return lane - argument < first ? lane : lane - argument;
    case Shuffle::kDown:
      return lane + argument >= first + width ? lane : lane + argument;
    case Shuffle::kXor:
      return (lane ^ argument) >= first + width ? lane : lane ^ argument;
  }
  return lane;
}

}  // namespace

const std::array<Slot, kWarp>& exchange(unsigned mask, const Slot& mine, Site site, void (*complete)(Slot*)) {
  Thread& self = thread();
  Warp& warp = *self.warp;
  if (!(mask >> self.lane & 1u)) fail("is not in its own mask " + hexadecimal(mask), site);
  if (warp.lanes < kWarp && mask >> warp.lanes != 0) {
    fail("uses mask " + hexadecimal(mask) + ", but its warp has " + std::to_string(warp.lanes) + " lanes", site);
  }
  Meeting& meeting = meetingOf(warp, mask);
  if (meeting.arrived == 0) meeting.site = site;
  if (!(meeting.site == site))
    fail("is at an exchange while other lanes of its warp wait at another one", site, meeting.site);
  std::array<Slot, kWarp>& slots = meeting.slots[meeting.round % 2];
  slots[self.lane] = mine;
  meeting.arrived |= 1u << self.lane;
  meeting.waiting.push_back(&self);
  if (meeting.arrived == mask) {
    meeting.arrived = 0;
    ++meeting.round;
    if (checker::kChecked) shareClocks(warp, mask);
    if (complete != nullptr) complete(slots.data());
    wake(meeting.waiting);
  }
  suspend(site);
  checker::synchronised();
  return slots;
}

std::uint64_t shuffle(Shuffle kind, unsigned mask, std::uint64_t value, int argument, int width, Site site) {
  Slot mine;
  std::memcpy(mine.words, &value, sizeof value);
  const std::array<Slot, kWarp>& all = exchange(mask, mine, site);
  const int source = sourceLane(kind, static_cast<int>(thread().lane), argument, width);
  if (!(mask >> source & 1u))
    fail("reads lane " + std::to_string(source) + " outside its mask " + hexadecimal(mask), site);
  std::memcpy(&value, all[static_cast<unsigned>(source)].words, sizeof value);
  return value;
}

unsigned ballot(unsigned mask, bool predicate, Site site) {
  Slot mine;
  mine.words[0] = predicate;
  const std::array<Slot, kWarp>& all = exchange(mask, mine, site);
  unsigned votes = 0;
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if (mask >> lane & 1u) votes |= all[lane].words[0] << lane;
  }
  return votes;
}

}  // namespace nao::cuda::emulation

void __syncwarp(unsigned mask, nao::cuda::emulation::Site site) { nao::cuda::emulation::exchange(mask, {}, site); }
