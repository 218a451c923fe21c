#include "model/cuda/finishing.h"

#include <unordered_map>

#include "kernels/cuda/wave.h"

namespace nao::model {
namespace {

using namespace kernels;

/// The sums that a call makes scale and shift or coefficients of.
const double* sumsOf(const BatchNorm& p) { return p.useRunning ? nullptr : p.sums; }
const double* sumsOf(const BatchNormBackward& p) { return p.sums; }
template <class Parameters>
const double* sumsOf(const Parameters&) {
  return nullptr;
}

struct Producers {
  std::vector<std::size_t> calls;
  int items = 0, wave = 0;
  bool read = false;
};

}  // namespace

Finishing findFinishing(const std::vector<BoundCall>& calls, bool apart) {
  Finishing finishing{std::vector<int>(calls.size(), 0), std::vector<std::vector<int>>(calls.size())};
  if (apart) return finishing;
  std::unordered_map<const double*, Producers> open;  // by their sums
  for (std::size_t i = 0; i < calls.size(); ++i)
    std::visit(
        [&](const auto& parameters) {
          parameters.eachSums([&](const Sums& sums) {
            if (sums.data == nullptr) return;
            Producers& producers = open[sums.data];
            if (producers.read) producers = {};  // the memory is used again
            producers.calls.push_back(i);
            producers.items += kernels::cuda::needsOf(calls[i].call).items;
            producers.wave = calls[i].wave;
          });
          const auto found = open.find(sumsOf(parameters));
          if (found == open.end()) return;
          Producers& producers = found->second;
          producers.read = true;
          if (producers.wave != calls[i].wave) return;
          finishing.producers[i] = producers.items;
          for (const std::size_t producer : producers.calls) finishing.norms[producer].push_back(static_cast<int>(i));
        },
        calls[i].call);
  return finishing;
}

}  // namespace nao::model
