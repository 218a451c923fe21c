// A training step that several processes with a GPU each do together, each some of its programs.
#pragma once

#include <cstdint>

#include "model/contributions.h"
#include "model/exchange.h"

namespace nao::model {

struct SharedStep {
  const nao_training* training = nullptr;
  int batch = 0;                          // images of the whole step
  const std::int32_t* indices = nullptr;  // [batch]
  float learningRate = 0;
  std::int64_t step = 0;
};
/// Trains this rank's programs, those at positions rank, rank + ranks and so on, gives all ranks all contributions from
/// device to device, and adds them up in the order of the programs. Throws Error(NAO_NOT_FINITE) in all ranks where a
/// part is not finite, Error(NAO_EXCHANGE) where ranks cannot exchange.
StepResult trainShared(Runner& runner, const Dataset& dataset, const Programs& programs, const SharedStep& shared,
                       Exchange& exchange, Contributions& contributions, Device& device);

}  // namespace nao::model
