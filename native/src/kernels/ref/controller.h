// Reference controller: see families/controller.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const ControllerTrain& p);
void run(const ControllerTrain& p, int group, float* scratch);
std::int64_t scratchFloats(const ControllerEncode& p);
void run(const ControllerEncode& p, int group, float* scratch);
std::int64_t scratchFloats(const ControllerGenerate& p);
void run(const ControllerGenerate& p, int group, float* scratch);

}  // namespace nao::kernels::ref
