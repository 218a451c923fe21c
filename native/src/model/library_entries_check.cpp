// Compiled only where the headers are there: fails where they declare something else.
#include <type_traits>

#include "model/library_entries.h"

#ifdef NAO_CUDNN_HEADER
#include <cudnn.h>
static_assert(std::is_same_v<decltype(&cudnnGetVersion), nao::model::LibraryVersion>);
#endif
#ifdef NAO_CUBLASLT_HEADER
#include <cublasLt.h>
static_assert(std::is_same_v<decltype(&cublasLtGetVersion), nao::model::LibraryVersion>);
#endif
#ifdef NAO_NVML_HEADER
#include <nvml.h>

#include <cstddef>
static_assert(NVML_SUCCESS == 0 && NVML_CLOCK_SM == 1 && NVML_CLOCK_MEM == 2);
static_assert(sizeof(nvmlUtilization_t) == sizeof(nao::model::NvmlUtilizationRates));
static_assert(sizeof(nvmlMemory_t) == sizeof(nao::model::NvmlMemoryInfo));
static_assert(sizeof(nvmlPciInfo_t) == sizeof(nao::model::NvmlPciInfo));
static_assert(offsetof(nvmlMemory_t, used) == offsetof(nao::model::NvmlMemoryInfo, used));
static_assert(offsetof(nvmlPciInfo_t, busId) == offsetof(nao::model::NvmlPciInfo, busId));
#endif
