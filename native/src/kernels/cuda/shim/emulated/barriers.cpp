#include "barriers.h"

#include "block.h"
#include "checker.h"

void __syncthreads(nao::cuda::emulation::Site site) {
  using namespace nao::cuda::emulation;
  Block& all = block();
  if (all.arrived == 0) all.barrier = site;
  if (!(all.barrier == site)) fail("is at a barrier while others of its block wait at another one", site, all.barrier);
  all.waiting.push_back(&thread());
  if (++all.arrived == all.threads.size()) {
    all.arrived = 0;
    ++all.epoch;
    wake(all.waiting);
  }
  suspend(site);
  checker::synchronised();
}

void __threadfence() { nao::cuda::emulation::checker::fenced(); }
