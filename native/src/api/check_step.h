// Checks what a step is told besides its images, and how it ended.
#pragma once

#include <cstdint>

#include "api/boundary.h"
#include "api/handles.h"
#include "model/runner.h"

namespace nao::api {

void checkTraining(const nao_training& training);
/// The numbers of `steps` steps from `first` on.
void checkStep(std::int64_t first, std::int64_t steps = 1);
void checkRate(float rate);
void checkAverage(const nao_network& network, const nao_training& training);
/// A program whose gradients are added to others'.
void checkContributor(const model::NetworkProgram& program);
void checkContribution(std::int64_t size, std::int64_t floats);
/// Throws Error(NAO_NOT_FINITE) if the step failed; `step` is its number.
void checkFinite(const model::StepResult& result, std::int64_t step);

}  // namespace nao::api
