#include <algorithm>

#include "checker.h"
#include "intrinsics.h"

namespace {

/// Threads take turns only where they wait, so reading and writing here is already one step.
template <class T, class Update>
T readModifyWrite(T* address, Update update, const void* caller) {
  using namespace nao::cuda::emulation;
  checker::access(address, sizeof(T), checker::Kind::kAtomic, caller);
  const T old = *address;
  *address = update(old);
  checker::exchanged(address);
  return old;
}

template <class T>
T add(T* address, T value, const void* caller) {
  return readModifyWrite(
      address, [value](T old) { return old + value; }, caller);
}
template <class T>
T maximum(T* address, T value, const void* caller) {
  return readModifyWrite(
      address, [value](T old) { return std::max(old, value); }, caller);
}
template <class T>
T minimum(T* address, T value, const void* caller) {
  return readModifyWrite(
      address, [value](T old) { return std::min(old, value); }, caller);
}
template <class T>
T compareAndSwap(T* address, T expected, T value, const void* caller) {
  return readModifyWrite(
      address, [=](T old) { return old == expected ? value : old; }, caller);
}

}  // namespace

#define CALLER __builtin_return_address(0)

int atomicAdd(int* address, int value) { return add(address, value, CALLER); }
unsigned atomicAdd(unsigned* address, unsigned value) { return add(address, value, CALLER); }
unsigned long long atomicAdd(unsigned long long* address, unsigned long long value) {
  return add(address, value, CALLER);
}
float atomicAdd(float* address, float value) { return add(address, value, CALLER); }
double atomicAdd(double* address, double value) { return add(address, value, CALLER); }
int atomicMax(int* address, int value) { return maximum(address, value, CALLER); }
unsigned atomicMax(unsigned* address, unsigned value) { return maximum(address, value, CALLER); }
unsigned long long atomicMax(unsigned long long* address, unsigned long long value) {
  return maximum(address, value, CALLER);
}
int atomicMin(int* address, int value) { return minimum(address, value, CALLER); }
unsigned atomicMin(unsigned* address, unsigned value) { return minimum(address, value, CALLER); }
unsigned long long atomicMin(unsigned long long* address, unsigned long long value) {
  return minimum(address, value, CALLER);
}
int atomicCAS(int* address, int expected, int value) { return compareAndSwap(address, expected, value, CALLER); }
unsigned atomicCAS(unsigned* address, unsigned expected, unsigned value) {
  return compareAndSwap(address, expected, value, CALLER);
}
unsigned long long atomicCAS(unsigned long long* address, unsigned long long expected, unsigned long long value) {
  return compareAndSwap(address, expected, value, CALLER);
}
