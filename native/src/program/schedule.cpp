// Waves: as soon as possible, in the order of dependence.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "program/plan.h"

namespace nao::program {
namespace {

bool isNorm(Kind kind) { return kind == Kind::BatchNorm || kind == Kind::BatchNormBackward; }

/// Of an evaluation, whether a launch sees all images at once.
bool seesAllImages(Kind kind) { return kind == Kind::BatchNorm || kind == Kind::Mixture; }

/// While a plan with phases is scheduled, waves have the numbers phase * kOfPhase + place in the phase. A plan has
/// fewer launches than this, or no phases.
constexpr int kOfPhase = 1 << 15;

/// From those numbers to phases and consecutive waves. Buffers live for whole phases.
void cutIntoPhases(Plan& plan) {
  std::vector<int> used;
  for (const Launch& launch : plan.launches) used.push_back(launch.wave);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  const auto waveOf = [&used](int number) {
    return static_cast<int>(std::lower_bound(used.begin(), used.end(), number) - used.begin());
  };
  for (Buffer& buffer : plan.buffers) {
    if (buffer.first < 0) continue;
    buffer.first = waveOf(buffer.first / kOfPhase * kOfPhase);
    buffer.last = waveOf((buffer.last / kOfPhase + 1) * kOfPhase) - 1;
  }
  for (Launch& launch : plan.launches) {
    launch.phase = launch.wave / kOfPhase;
    launch.wave = waveOf(launch.wave);
  }
  plan.waves = static_cast<int>(used.size());
}

}  // namespace

void schedule(Plan& plan, const std::vector<Accesses>& accesses, int resources, const Rules& rules) {
  const bool phases = rules.phases && plan.launches.size() < kOfPhase;
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
    if (phases && seesAllImages(plan.launches[i].kind)) wave = wave / kOfPhase * kOfPhase + kOfPhase - 1;
    if (rules.normsFollow && isNorm(plan.launches[i].kind)) {
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
  if (phases) cutIntoPhases(plan);

  // A counting sort: launches are large, this moves each once.
  std::vector<std::size_t> next(static_cast<std::size_t>(plan.waves) + 1, 0);
  for (const Launch& launch : plan.launches) ++next[static_cast<std::size_t>(launch.wave) + 1];
  for (std::size_t wave = 1; wave < next.size(); ++wave) next[wave] += next[wave - 1];
  std::vector<Launch> sorted(plan.launches.size());
  for (Launch& launch : plan.launches) sorted[next[static_cast<std::size_t>(launch.wave)]++] = std::move(launch);
  plan.launches = std::move(sorted);
}

}  // namespace nao::program
