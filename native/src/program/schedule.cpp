// Waves: as soon as possible, in the order of dependence.
#include <algorithm>
#include <utility>

#include "program/plan.h"

namespace nao::program {
namespace {

bool isNorm(Kind kind) { return kind == Kind::BatchNorm || kind == Kind::BatchNormBackward; }

}  // namespace

void schedule(Plan& plan, const std::vector<Access>& accesses, int resources, bool normsFollow) {
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
    if (normsFollow && isNorm(plan.launches[i].kind)) {
      // Everything but the sums, which it reads first, must have been there before.
      const int sums = access.reads[0], made = std::max(written[at(sums)], sliced[at(sums)]);
      int others = -1;
      for (const int r : access.reads)
        if (r != sums) others = std::max({others, written[at(r)], sliced[at(r)]});
      for (const int r : access.writes) others = std::max({others, written[at(r)], sliced[at(r)], read[at(r)]});
      if (others < made) wave = made;
    }
    plan.launches[i].wave = wave;
    for (const int r : access.reads) read[at(r)] = std::max(read[at(r)], wave), touch(r, wave);
    for (const int r : access.writes) written[at(r)] = wave, touch(r, wave);
    for (const int r : access.slices) sliced[at(r)] = std::max(sliced[at(r)], wave), touch(r, wave);
    plan.waves = std::max(plan.waves, wave + 1);
  }

  // A counting sort: launches are large, this moves each once.
  std::vector<std::size_t> next(static_cast<std::size_t>(plan.waves) + 1, 0);
  for (const Launch& launch : plan.launches) ++next[static_cast<std::size_t>(launch.wave) + 1];
  for (std::size_t wave = 1; wave < next.size(); ++wave) next[wave] += next[wave - 1];
  std::vector<Launch> sorted(plan.launches.size());
  for (Launch& launch : plan.launches) sorted[next[static_cast<std::size_t>(launch.wave)]++] = std::move(launch);
  plan.launches = std::move(sorted);
}

}  // namespace nao::program
