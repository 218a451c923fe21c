// The input of a step on images that the caller gives.
#pragma once

#include <cstdint>

#include "api/handles.h"
#include "model/binding.h"

namespace nao::api {

/// images: [batch], as the program takes them; labels: [batch]; training: null for an evaluation.
model::StepInput explicitInput(const nao_program& program, const float* images, const std::int32_t* labels,
                               std::int32_t batch, const nao_training* training, std::int64_t step, float learningRate);

}  // namespace nao::api
