#include <cuda_runtime.h>
#include <pthread.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>

#include "device/reachable_memory.h"

extern "C" char __data_start;
extern "C" char _end;

namespace {

constexpr std::size_t kArenaBytes = std::size_t{1} << 30, kStackBytes = std::size_t{8} << 20;
constexpr std::size_t kHeader = 64;  // before each block: its size class; keeps blocks on cache lines
constexpr int kSizeClasses = 40;

/// Blocks of powers of two from one mapping; freed ones are used again.
struct Arena {
  std::mutex mutex;
  char* begin = nullptr;
  std::size_t used = 0;
  void* freed[kSizeClasses] = {};

  void* take(std::size_t bytes) {
    int sizeClass = 7;
    while ((std::size_t{1} << sizeClass) < bytes + kHeader) ++sizeClass;
    const std::lock_guard<std::mutex> lock(mutex);
    if (begin == nullptr) {
      void* const memory = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) std::abort();
      begin = static_cast<char*>(memory);
    }
    if (void* const block = freed[sizeClass]) {
      freed[sizeClass] = *static_cast<void**>(block);
      return block;
    }
    const std::size_t whole = std::size_t{1} << sizeClass;
    if (used + whole > kArenaBytes) throw std::bad_alloc();
    char* const block = begin + used + kHeader;
    used += whole;
    *reinterpret_cast<int*>(block - kHeader) = sizeClass;
    return block;
  }
  void give(void* block) {
    if (block == nullptr) return;
    const int sizeClass = *reinterpret_cast<int*>(static_cast<char*>(block) - kHeader);
    const std::lock_guard<std::mutex> lock(mutex);
    *static_cast<void**>(block) = freed[sizeClass];
    freed[sizeClass] = block;
  }
};

Arena& arena() {
  alignas(Arena) static char memory[sizeof(Arena)];
  static Arena* const one = new (memory) Arena;  // placed: never destroyed, static destructors still free blocks
  return *one;
}

bool map(const char* what, void* memory, std::size_t bytes) {
  const cudaError_t error = cudaHostRegister(memory, bytes, cudaHostRegisterMapped);
  void* onDevice = nullptr;
  if (error == cudaSuccess && cudaHostGetDevicePointer(&onDevice, memory, 0) == cudaSuccess && onDevice == memory)
    return true;
  std::printf("the GPU does not reach %s: %s\n", what,
              error == cudaSuccess ? "it has another address there" : cudaGetErrorString(error));
  return false;
}

void* bodyOnStack(void* body) {
  (*static_cast<void (**)()>(body))();
  return nullptr;
}

}  // namespace

void* operator new(std::size_t bytes) { return arena().take(bytes); }
void* operator new[](std::size_t bytes) { return arena().take(bytes); }
void* operator new(std::size_t bytes, std::align_val_t) { return arena().take(bytes); }
void* operator new[](std::size_t bytes, std::align_val_t) { return arena().take(bytes); }
void operator delete(void* block) noexcept { arena().give(block); }
void operator delete[](void* block) noexcept { arena().give(block); }
void operator delete(void* block, std::size_t) noexcept { arena().give(block); }
void operator delete[](void* block, std::size_t) noexcept { arena().give(block); }
void operator delete(void* block, std::align_val_t) noexcept { arena().give(block); }
void operator delete[](void* block, std::align_val_t) noexcept { arena().give(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { arena().give(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { arena().give(block); }

namespace reachable {

bool run(void (*body)()) {
  constexpr std::uintptr_t kPage = 4096;
  void* const stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return false;
  const std::uintptr_t first = reinterpret_cast<std::uintptr_t>(&__data_start) / kPage * kPage;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(&_end) + kPage - 1) / kPage * kPage;
  delete new char;  // the arena exists
  if (!map("the heap", arena().begin, kArenaBytes) || !map("the stack", stack, kStackBytes) ||
      !map("static variables", reinterpret_cast<void*>(first), end - first))
    return false;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, kStackBytes);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, bodyOnStack, &body) != 0) return false;
  return pthread_join(thread, nullptr) == 0;
}

}  // namespace reachable
