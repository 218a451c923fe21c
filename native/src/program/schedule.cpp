// Waves: as soon as possible, in the order of dependence.
#include <algorithm>
#include <utility>

#include "program/plan.h"

namespace nao::program {
namespace {

bool isNorm(Kind kind) { return kind == Kind::BatchNorm || kind == Kind::BatchNormBackward; }

}  // namespace

void schedule(Plan& plan, const std::vector<Accesses>& accesses, int resources, bool normsFollow) {
  const auto count = static_cast<std::size_t>(resources);
  std::vector<int> written(count, -1), read(count, -1), sliced(count, -1);
  const auto at = [](int resource) { return static_cast<std::size_t>(resource); };
  const auto touch = [&plan](int resource, int wave) {
    if (resource >= static_cast<int>(plan.buffers.size())) return;
    Buffer& buffer = plan.buffers[static_cast<std::size_t>(resource)];
    buffer.first = buffer.first < 0 ? wave : std::min(buffer.first, wave);
    buffer.last = std::max(buffer.last, wave);
  };

  // The first wave in which all that this access must not overtake is done; readers do not hinder each other, nor do
  // writers of slices.
  const auto earliest = [&](const Access& access) {
    const std::size_t r = at(access.resource);
    const int ofWrites = access.kind == Access::Kind::Slice ? written[r] : std::max(written[r], sliced[r]);
    return (access.kind == Access::Kind::Read ? ofWrites : std::max(ofWrites, read[r])) + 1;
  };

  for (std::size_t i = 0; i < plan.launches.size(); ++i) {
    const Accesses& own = accesses[i];
    int wave = 0;
    for (const Access& access : own) wave = std::max(wave, earliest(access));
    if (normsFollow && isNorm(plan.launches[i].kind)) {
      // Everything but the sums must have been there before.
      const int sums = own[0].resource, made = earliest(own[0]) - 1;
      int others = 0;
      for (const Access& access : own)
        if (access.resource != sums) others = std::max(others, earliest(access));
      if (others <= made) wave = made;
    }
    plan.launches[i].wave = wave;
    for (const auto& [kind, resource] : own) {
      int& last = (kind == Access::Kind::Read ? read : kind == Access::Kind::Write ? written : sliced)[at(resource)];
      last = std::max(last, wave);
      touch(resource, wave);
    }
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
