// The functions that g++ -fsanitize=thread calls before every access to memory.
#include "../checker.h"

namespace {
using nao::cuda::emulation::checker::access;
using nao::cuda::emulation::checker::accessUnaligned;
using nao::cuda::emulation::checker::Kind;
}  // namespace

#define HOOKS(bytes)                                                                                           \
  void __tsan_read##bytes(void* memory) { access(memory, bytes, Kind::kRead, __builtin_return_address(0)); }   \
  void __tsan_write##bytes(void* memory) { access(memory, bytes, Kind::kWrite, __builtin_return_address(0)); } \
  void __tsan_unaligned_read##bytes(void* memory) {                                                            \
    accessUnaligned(memory, bytes, Kind::kRead, __builtin_return_address(0));                                  \
  }                                                                                                            \
  void __tsan_unaligned_write##bytes(void* memory) {                                                           \
    accessUnaligned(memory, bytes, Kind::kWrite, __builtin_return_address(0));                                 \
  }

extern "C" {
HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)
void __tsan_read_range(void* memory, std::size_t bytes) {
  accessUnaligned(memory, bytes, Kind::kRead, __builtin_return_address(0));
}
void __tsan_write_range(void* memory, std::size_t bytes) {
  accessUnaligned(memory, bytes, Kind::kWrite, __builtin_return_address(0));
}
void __tsan_init() {}
// Pointers to virtual functions: the host side's, the device has none.
void __tsan_vptr_read(void**) {}
void __tsan_vptr_update(void**, void*) {}
// C++'s atomics: flags of the host side's threads, the device has none.
unsigned char __tsan_atomic8_load(const volatile unsigned char* memory, int) {
  return __atomic_load_n(memory, __ATOMIC_SEQ_CST);
}
void __tsan_atomic8_store(volatile unsigned char* memory, unsigned char value, int) {
  __atomic_store_n(memory, value, __ATOMIC_SEQ_CST);
}
}
