// Checks that programs, networks and data sets go together.
#pragma once

#include <cstdint>

#include "api/boundary.h"
#include "api/handles.h"
#include "model/steps.h"

namespace nao::api {

void checkProgram(const nao_network* network, const nao_program* program);
/// Programs of the network for the data set's images; resized: they take squares, which are made of them.
model::Programs checkedPrograms(const nao_network* network, const nao_dataset& dataset, nao_program* const* programs,
                                std::int64_t count, bool resized = false);
/// Colours are changed of grey images and of red, green and blue.
void checkColors(const nao_dataset& dataset, const nao_training& training);
void checkIndices(const nao_dataset& dataset, const std::int32_t* indices, std::int64_t count);
/// Starts nothing on a device that could not reach the data set.
void checkDevices(const nao_network& network, const nao_dataset& dataset);

}  // namespace nao::api
