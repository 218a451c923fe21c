// cuda_shim.h under nvcc: launches, shared memory and the few PTX instructions that CUDA C++ has no name for.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#define SHARED(Type, name, dimensions) __shared__ __align__(16) Type name dimensions
#define DYNAMIC_SHARED(Type, name)                                  \
  extern __shared__ __align__(16) unsigned char naoDynamicShared[]; \
  Type* const name = reinterpret_cast<Type*>(naoDynamicShared)

namespace nao::cuda {

inline std::atomic<std::uint64_t> launches{0};
inline std::uint64_t launchCount() { return launches.load(); }

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t sharedBytes, cudaStream_t stream,
                   Arguments&&... arguments) {
  constexpr std::size_t kWithoutAsking = 48 * 1024;
  if (sharedBytes > kWithoutAsking) {
    const cudaError_t error =
        cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel), cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(sharedBytes));
    if (error != cudaSuccess) return error;
  }
  ++launches;
  kernel<<<grid, block, sharedBytes, stream>>>(static_cast<Parameters>(arguments)...);
  return cudaGetLastError();
}

/// Whether a kernel's blocks may be started before the kernel before it in the stream has ended: from sm_90 on.
inline bool launchesOverlap(int device) {
  constexpr int kLeastMajor = 9;
  int major = 0;
  return cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
         major >= kLeastMajor;
}

/// What a thread has found out about a kernel on a device.
struct KernelOnDevice {
  int device = -1;
  bool overlaps = false;
};

/// A launch that may begin before the one before it in the stream has ended: the kernel calls waitForPrevious() before
/// it looks at anything that one wrote. Any amount of shared memory that a block can have is allowed.
template <auto kKernel, class... Arguments>
cudaError_t launchFollowing(dim3 grid, dim3 block, std::size_t sharedBytes, cudaStream_t stream,
                            Arguments... arguments) {
  thread_local KernelOnDevice known;
  int device = 0;
  cudaError_t error = cudaGetDevice(&device);
  if (error == cudaSuccess && device != known.device) {
    int most = 0;
    cudaFuncAttributes attributes;
    error = cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    if (error == cudaSuccess) error = cudaFuncGetAttributes(&attributes, kKernel);
    if (error == cudaSuccess)
      error = cudaFuncSetAttribute(kKernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   most - static_cast<int>(attributes.sharedSizeBytes));
    if (error == cudaSuccess) known = {device, launchesOverlap(device)};
  }
  if (error != cudaSuccess) return error;
  ++launches;
  cudaLaunchAttribute early = {};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = sharedBytes;
  config.stream = stream;
  config.attrs = &early;
  config.numAttrs = known.overlaps ? 1 : 0;
  return cudaLaunchKernelEx(&config, kKernel, arguments...);
}

/// The next launch's blocks may start where there is room.
__device__ __forceinline__ void letNextStart() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;");
#endif
}
/// Until the launches before have ended and what they wrote can be seen.
__device__ __forceinline__ void waitForPrevious() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

/// The pointer, known to be of device memory: what is read there may be read before shared memory is written. How it
/// was computed is forgotten, so that one addition makes an address near it.
template <class T>
__device__ __forceinline__ T* inDeviceMemory(T* pointer) {
  std::size_t address = __cvta_generic_to_global(pointer);
  asm("" : "+l"(address));
  return static_cast<T*>(__cvta_global_to_generic(address));
}

/// Off by 2^-22 of itself at most.
__device__ __forceinline__ float reciprocal(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

template <int kBytes>
__device__ __forceinline__ void copyAsync(void* dst, const void* src) {
  static_assert(kBytes == 4 || kBytes == 8 || kBytes == 16, "cp.async copies 4, 8 or 16 bytes");
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(dst));
  if constexpr (kBytes == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared), "l"(src) : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(shared), "l"(src), "n"(kBytes) : "memory");
  }
}

__device__ __forceinline__ void copyAsyncCommit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int kGroups>
__device__ __forceinline__ void copyAsyncWait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kGroups) : "memory");
}

__device__ __forceinline__ std::uint32_t toTf32(float x) {
  std::uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
}

__device__ __forceinline__ void multiplyAddTf32(float (&d)[4], const std::uint32_t (&a)[4],
                                                const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ void multiplyAddBf16(float (&d)[4], const std::uint32_t (&a)[4],
                                                const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ void loadMatrices(std::uint32_t (&r)[4], const void* row) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared)
               : "memory");
}

__device__ __forceinline__ void loadMatricesTransposed(std::uint32_t (&r)[4], const void* row) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared)
               : "memory");
}

}  // namespace nao::cuda
