// Launches and shared memory for g++. A grid runs to its end when its turn in the stream comes, one block after the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "keywords.h"
#include "runtime_api.h"

#define SHARED(Type, name, dimensions) \
  static const char name##Site = 0;    \
  using name##Type = Type dimensions;  \
  name##Type& name = *static_cast<name##Type*>(::nao::cuda::emulation::sharedVariable(&name##Site, sizeof(name##Type)))
#define DYNAMIC_SHARED(Type, name) Type* const name = static_cast<Type*>(::nao::cuda::emulation::dynamicShared())

namespace nao::cuda {

namespace emulation {

/// The calling block's variable of the declaration `site`.
void* sharedVariable(const void* site, std::size_t bytes);
void* dynamicShared();

struct Grid {
  dim3 size;
  dim3 block;
  std::size_t sharedBytes;
  void (*run)(const void* call);  // one thread
  const void* call;               // the kernel and its arguments
  std::size_t callBytes;
};
/// Does, or keeps for later (streams.h), a copy of the grid and its call.
cudaError_t submit(cudaStream_t stream, const Grid& grid);

}  // namespace emulation

std::uint64_t launchCount();

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t sharedBytes, cudaStream_t stream,
                   Arguments&&... arguments) {
  static_assert((std::is_trivially_copyable_v<Parameters> && ...),
                "kernel parameters are copied to the device as bytes");
  static_assert((sizeof(Parameters) + ... + 0) <= 4096, "kernel parameters have room for 4096 bytes");
  struct Call {
    void (*kernel)(Parameters...);
    std::tuple<Parameters...> arguments;
  };
  const Call call{kernel, {static_cast<Parameters>(arguments)...}};
  return emulation::submit(stream, {grid, block, sharedBytes,
                                    [](const void* untyped) {
                                      const Call& one = *static_cast<const Call*>(untyped);
                                      std::apply(one.kernel, one.arguments);
                                    },
                                    &call, sizeof call});
}

/// nvidia.h; here the one before has always ended.
template <auto kKernel, class... Arguments>
cudaError_t launchFollowing(dim3 grid, dim3 block, std::size_t sharedBytes, cudaStream_t stream,
                            Arguments... arguments) {
  return launch(kKernel, grid, block, sharedBytes, stream, arguments...);
}
inline void letNextStart() {}
inline void waitForPrevious() {}

}  // namespace nao::cuda
