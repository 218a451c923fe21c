// What the micro-benchmarks share: a clock, operands, and the peak that shares refer to.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "model/cpu/cpu_device.h"
#include "model/cpu/memory.h"

namespace bench {

using Memory = nao::model::Memory<float>;

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Random numbers in -1 .. 1, in memory as the engine has it for its activations.
inline Memory allocate(std::int64_t floats) {
  Memory memory = nao::model::arrayOf<float>(
      nao::model::allocateOnCpu(floats * static_cast<std::int64_t>(sizeof(float)), "operands"));
  std::mt19937 random(1);
  for (std::int64_t i = 0; i < floats; ++i)
    memory[static_cast<std::size_t>(i)] = static_cast<float>(random() >> 8) / static_cast<float>(1 << 23) - 1.0f;
  return memory;
}

/// Calls body(i), i = 0, 1, ... for about `seconds`: the seconds that a tenth of the calls stay under. What neighbours
/// on the machine cost is in the others.
template <class Body>
double fastSeconds(double seconds, Body&& body) {
  std::vector<double> times;
  const double begin = now();
  for (int i = 0; i < 5 || now() - begin < seconds; ++i) {
    const double start = now();
    body(i);
    times.push_back(now() - start);
  }
  const auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
  std::nth_element(times.begin(), tenth, times.end());
  return *tenth;
}

/// FLOP per second of one thread's multiply-adds in registers of `lanes` floats, 8 or 16.
inline double fmaPeak(int lanes) {
  return nao::model::CpuDevice(lanes == 16 ? "cpu:avx512" : "cpu:avx2", 1).ceiling(NAO_CEILING_MULTIPLY_ADD) * 1e9;
}

}  // namespace bench
