#include "runtime_api.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "checker.h"
#include "device_memory.h"
#include "machine.h"
#include "runtime_error.h"
#include "streams.h"

using nao::cuda::emulation::machine;
using nao::cuda::emulation::mayCopy;
using nao::cuda::emulation::remember;
using nao::cuda::emulation::submit;

namespace {
cudaError_t lastError = cudaSuccess;

/// What every call begins with: the error of a device that is lost.
cudaError_t begin() {
  if (machine().lost == cudaSuccess || machine().callsBefore-- > 0) return cudaSuccess;
  machine().callsBefore = 0;
  return remember(machine().lost);
}
cudaError_t require(bool condition, cudaError_t otherwise) {
  const cudaError_t error = begin();
  return error != cudaSuccess ? error : condition ? cudaSuccess : remember(otherwise);
}
}  // namespace

int nao::cuda::emulation::devicesOfEnvironment() {
  const char* const wanted = std::getenv("NAO_EMULATION_DEVICES");
  return wanted == nullptr ? 1 : std::atoi(wanted);
}

nao::cuda::emulation::Machine& nao::cuda::emulation::machine() {
  static Machine one;
  return one;
}

cudaError_t nao::cuda::emulation::remember(cudaError_t error) {
  if (lastError == cudaSuccess) lastError = error;
  return error;
}

cudaError_t cudaGetLastError() {
  const cudaError_t error = lastError;
  lastError = cudaSuccess;
  return error;
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorInvalidValue:
      return "invalid argument";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInsufficientDriver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorDevicesUnavailable:
      return "CUDA-capable device(s) is/are busy or unavailable";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorNotReady:
      return "device not ready";
    case cudaErrorIllegalAddress:
      return "an illegal memory access was encountered";
    case cudaErrorLaunchFailure:
      return "unspecified launch failure";
  }
  return "unrecognized error code";
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = machine().driverVersion;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = machine().runtimeVersion;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 0;
  if (machine().driverVersion < machine().runtimeVersion) return remember(cudaErrorInsufficientDriver);
  if (machine().devices == 0) return remember(cudaErrorNoDevice);
  *count = machine().devices;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  return require(device >= 0 && device < machine().devices, cudaErrorInvalidDevice);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device < 0 || device >= machine().devices) return remember(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "emulated on the CPU");
  properties->totalGlobalMem = machine().memoryBytes;
  properties->sharedMemPerBlockOptin = machine().sharedBytes;
  properties->major = machine().major;
  properties->multiProcessorCount = 2;
  properties->pciBusID = device;
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  *memory = nullptr;
  const cudaError_t error = begin();
  if (error != cudaSuccess || bytes == 0) return error;
  *memory = nao::cuda::emulation::allocate(bytes);
  return *memory != nullptr ? cudaSuccess : remember(cudaErrorMemoryAllocation);
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *total = machine().memoryBytes;
  *free = *total - machine().bytesOfOthers - nao::cuda::emulation::allocatedBytes();
  return begin();
}
cudaError_t cudaFree(void* memory) {
  nao::cuda::emulation::finishAll();
  return memory == nullptr || nao::cuda::emulation::release(memory) ? cudaSuccess : remember(cudaErrorInvalidValue);
}
cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  *memory = std::malloc(bytes);
  return *memory != nullptr || bytes == 0 ? cudaSuccess : remember(cudaErrorMemoryAllocation);
}
cudaError_t cudaFreeHost(void* memory) {
  nao::cuda::emulation::finishAll();
  std::free(memory);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* dst, const void* src, std::size_t bytes, cudaMemcpyKind kind) {
  return cudaMemcpyAsync(dst, src, bytes, kind, nullptr);
}
cudaError_t cudaMemcpyAsync(void* dst, const void* src, std::size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  if (bytes == 0) return begin();
  const cudaError_t error = require(mayCopy(dst, bytes) && mayCopy(src, bytes), cudaErrorInvalidValue);
  if (error != cudaSuccess) return error;
  return submit(stream, [=] {
    std::memmove(dst, src, bytes);
    nao::cuda::emulation::checker::initialised(dst, bytes);
    return cudaSuccess;
  });
}
cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
  return cudaMemsetAsync(memory, value, bytes, nullptr);
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return begin();
  const cudaError_t error = require(mayCopy(memory, bytes), cudaErrorInvalidValue);
  if (error != cudaSuccess) return error;
  return submit(stream, [=] {
    std::memset(memory, value, bytes);
    nao::cuda::emulation::checker::initialised(memory, bytes);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new cudaEmulatedStream;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  nao::cuda::emulation::finish(stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (nao::cuda::emulation::isEmpty(stream)) return begin();
  const cudaError_t error = nao::cuda::emulation::finish(stream);
  return remember(error != cudaSuccess ? error : cudaErrorNotReady);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const cudaError_t error = nao::cuda::emulation::finish(stream);
  return error != cudaSuccess ? error : begin();
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  nao::cuda::emulation::waitFor(stream, event->mark);
  return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
  const cudaError_t error = nao::cuda::emulation::finishAll();
  return error != cudaSuccess ? error : begin();
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new cudaEmulatedEvent;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->mark = nao::cuda::emulation::mark(stream);
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event->mark == nullptr ? cudaSuccess : nao::cuda::emulation::reach(*event->mark);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  *milliseconds = std::chrono::duration<float, std::milli>(end->mark->time - start->mark->time).count();
  return cudaSuccess;
}
