// Which batch normalisations need no launch of their own: those in the wave of the last call that makes their sums. The
// block of threads that comes last among the items of those calls goes on with it.
#pragma once

#include <vector>

#include "model/binding.h"

namespace nao::model {

struct Finishing {
  /// Of a normalisation that follows its producers, how many items they have together; 0 for all other calls.
  std::vector<int> producers;
  /// Of a producer, the calls that are its normalisations.
  std::vector<std::vector<int>> norms;
};

/// apart: every call gets a launch of its own, in order.
Finishing findFinishing(const std::vector<BoundCall>& calls, bool apart);

}  // namespace nao::model
