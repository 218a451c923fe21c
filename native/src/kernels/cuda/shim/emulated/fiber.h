// A stack and a place to continue on it: what lets a CUDA thread be suspended in the middle of a kernel.
#pragma once

#include <cstddef>

namespace nao::cuda::emulation {

class Fiber {
 public:
  static constexpr std::size_t kStackBytes = 128 * 1024;

  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Makes resume() begin `entry`, which must never return. Whatever ran here before is forgotten.
  void prepare(void (*entry)());
  /// Called outside of fibers: runs this one until it calls suspend().
  void resume();
  /// Called on this fiber: continues after its resume().
  void suspend();

  bool onStack(const void* address) const;

 private:
  char* stack_;
  void* stackPointer_ = nullptr;
};

}  // namespace nao::cuda::emulation
