#include "model/cpu/calls.h"

#include <type_traits>
#include <variant>

namespace nao::model {
namespace {

template <class Parameters>
const auto& kernelOf(const kernels::KernelTable& table, const Parameters&) {
  return table.of<Parameters>();
}

}  // namespace

std::int64_t scratchFloats(const kernels::KernelTable& table, const KernelCall& call) {
  return std::visit([&](const auto& p) { return kernelOf(table, p).scratchFloats(p); }, call);
}

void runItem(const kernels::KernelTable& table, const KernelCall& call, int item, float* scratch) {
  std::visit([&](const auto& p) { kernelOf(table, p).run(p, item, scratch); }, call);
}

}  // namespace nao::model
