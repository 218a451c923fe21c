// Waves: as soon as possible, in the order of dependence.
#include <algorithm>

#include "program/plan.h"

namespace nao::program {

void schedule(Plan& plan, const std::vector<Access>& accesses, int resources) {
  const auto count = static_cast<std::size_t>(resources);
  std::vector<int> written(count, -1), read(count, -1), sliced(count, -1);
  const auto at = [](int resource) { return static_cast<std::size_t>(resource); };
  const auto touch = [&plan](int resource, int wave) {
    if (resource >= static_cast<int>(plan.buffers.size())) return;
    Buffer& buffer = plan.buffers[static_cast<std::size_t>(resource)];
    buffer.first = buffer.first < 0 ? wave : std::min(buffer.first, wave);
    buffer.last = std::max(buffer.last, wave);
  };

  for (std::size_t i = 0; i < plan.launches.size(); ++i) {
    const Access& access = accesses[i];
    int wave = 0;
    for (const int r : access.reads) wave = std::max({wave, written[at(r)] + 1, sliced[at(r)] + 1});
    for (const int r : access.writes) wave = std::max({wave, written[at(r)] + 1, sliced[at(r)] + 1, read[at(r)] + 1});
    for (const int r : access.slices) wave = std::max({wave, written[at(r)] + 1, read[at(r)] + 1});
    plan.launches[i].wave = wave;
    for (const int r : access.reads) read[at(r)] = std::max(read[at(r)], wave), touch(r, wave);
    for (const int r : access.writes) written[at(r)] = wave, touch(r, wave);
    for (const int r : access.slices) sliced[at(r)] = std::max(sliced[at(r)], wave), touch(r, wave);
    plan.waves = std::max(plan.waves, wave + 1);
  }
  std::stable_sort(plan.launches.begin(), plan.launches.end(),
                   [](const Launch& a, const Launch& b) { return a.wave < b.wave; });
}

}  // namespace nao::program
