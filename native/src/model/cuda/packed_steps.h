// Steps that have been packed, to be sent again: all of a step's block but the parameters that vary. Bounded in memory;
// what was used longest ago goes first. Programs that are started once only are not kept.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernels/cuda/wave.h"
#include "model/step_shape.h"

namespace nao::model {

/// One launch: calls [first, first + count) of the table, `items` blocks of threads.
struct Wave {
  int number = 0;  // of its calls
  int first = 0, count = 0, items = 0;
  std::size_t sharedBytes = 0;
};

/// Addresses of device memory that stand in a step's block.
struct StepAddresses {
  const void *arena = nullptr, *fixed = nullptr, *squares = nullptr, *block = nullptr;
  const void *values = nullptr, *gradientSum = nullptr, *batchStatistics = nullptr;

  friend bool operator==(const StepAddresses& a, const StepAddresses& b);
};

struct PackedStep {
  std::uint64_t program = 0;
  StepShape shape;
  StepAddresses addresses;
  std::int64_t varyingBytes = 0;  // at the block's beginning; `rest` follows
  std::vector<char> rest;
  std::vector<Wave> waves;
  const kernels::cuda::WaveCall* table = nullptr;  // on the device

  std::int64_t bytes() const;
};

class PackedSteps {
 public:
  explicit PackedSteps(std::int64_t mostBytes) : mostBytes_(mostBytes) {}

  /// Null if there is none. It stays until the next call of add.
  const PackedStep* find(std::uint64_t program, const StepShape& shape, const StepAddresses& addresses);
  /// Whether a step of the program was asked for before.
  bool wants(std::uint64_t program);
  void add(PackedStep step);

 private:
  void drop(std::list<PackedStep>::iterator step);

  const std::int64_t mostBytes_;
  std::int64_t bytes_ = 0;
  std::list<PackedStep> steps_;  // last used first
  std::unordered_multimap<std::uint64_t, std::list<PackedStep>::iterator> byProgram_;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace nao::model
