// Large aligned memory of the CPU, on huge pages where the system has them.
#pragma once

#include <cstdint>

#include "model/memory.h"

namespace nao::model {

/// `bytes` of zeroed memory aligned to 64 bytes (2 MiB where large). Throws Error(NAO_NO_MEMORY) that says what for.
Memory<char> allocateOnCpu(std::int64_t bytes, const char* purpose);

}  // namespace nao::model
