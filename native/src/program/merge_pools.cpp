#include <algorithm>
#include <utility>

#include "program/plan_builder.h"

namespace nao::program {

void mergePools(PlanBuilder& build) {
  std::vector<bool> merged(build.plan.launches.size(), false);
  for (std::size_t i = 0; i < build.plan.launches.size(); ++i) {
    if (build.plan.launches[i].kind != Kind::Add) continue;
    for (Read& read : build.plan.launches[i].reads) {
      const BufferUse& use = build.use(read.buffer);
      if (use.producers.empty() || use.readers != 1 || read.relu) continue;
      const auto at = static_cast<std::size_t>(use.producers.front());
      const Launch& pool = build.plan.launches[at];
      if (pool.kind != Kind::Pool || pool.norm >= 0) continue;
      Accesses& own = build.accesses[i];
      own.erase(std::find_if(own.begin(), own.end(), [&](const Access& access) {
        return access.kind == Access::Kind::Read && access.resource == read.buffer;
      }));
      for (const Access& access : build.accesses[at])
        if (access.kind == Access::Kind::Read) own.push_back(access);
      const Buffer& out = build.buffer(pool.dst);
      const int mask = read.mask;
      read = pool.reads[0];
      read.mask = mask;
      read.pool = static_cast<int>(build.plan.pools.size());
      build.plan.pools.push_back({pool.maximum, pool.kernel, pool.stride, pool.padding, out.height, out.width});
      merged[at] = true;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    if (merged[i]) continue;
    if (kept != i) {
      build.plan.launches[kept] = std::move(build.plan.launches[i]);
      build.accesses[kept] = std::move(build.accesses[i]);
    }
    ++kept;
  }
  build.plan.launches.resize(kept);
  build.accesses.resize(kept);
}

}  // namespace nao::program
