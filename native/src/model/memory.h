// Large memory of a device, owned.
#pragma once

#include <memory>

namespace nao::model {

struct FreeMemory {
  void (*release)(void* memory) = nullptr;

  void operator()(void* memory) const { release(memory); }
};
template <class T>
using Memory = std::unique_ptr<T[], FreeMemory>;

/// The same memory as an array of T.
template <class T>
Memory<T> arrayOf(Memory<char> bytes) {
  const FreeMemory deleter = bytes.get_deleter();
  return Memory<T>(reinterpret_cast<T*>(bytes.release()), deleter);
}

}  // namespace nao::model
