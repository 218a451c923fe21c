// Large aligned memory, on huge pages where the system has them.
#pragma once

#include <cstdint>
#include <memory>

namespace nao::model {

struct FreeMemory {
  void operator()(void* memory) const;
};
template <class T>
using Memory = std::unique_ptr<T[], FreeMemory>;

/// `bytes` of zeroed memory aligned to 64 bytes (2 MiB where large). Throws Error(NAO_NO_MEMORY) that says what for.
void* allocate(std::int64_t bytes, const char* purpose);

template <class T>
Memory<T> allocateArray(std::int64_t count, const char* purpose) {
  return Memory<T>(static_cast<T*>(allocate(count * static_cast<std::int64_t>(sizeof(T)), purpose)));
}

}  // namespace nao::model
