// A call's parameters, and what they point to on the host, into the block of memory that the device gets.
#pragma once

#include <cstdint>
#include <variant>

#include "kernels/cuda/sep_conv_tile.h"
#include "kernels/cuda/wave.h"
#include "model/binding.h"
#include "model/cuda/packer.h"

namespace nao::model {

/// Where they lie on the device, as the kernel of the family reads them.
inline const void* putParameters(const KernelCall& call, Packer& packer) {
  return std::visit(
      [&](auto parameters) -> const void* {
        parameters.relocate(packer);
        const auto& made = kernels::cuda::onDevice(parameters);
        return packer.put(&made, 1);
      },
      call);
}

/// As the device's table of calls numbers it.
inline std::int32_t familyOf(const KernelCall& call) { return static_cast<std::int32_t>(call.index()); }

}  // namespace nao::model
