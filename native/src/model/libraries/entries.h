// Functions and structures of NVIDIA's libraries as this engine calls them, declared by hand; entries_check.cpp
// compares them with the real headers where CMake finds these.
#pragma once

#include <cstddef>

namespace nao::model {

using LibraryVersion = std::size_t (*)();  // cudnnGetVersion, cublasLtGetVersion

// cuDNN 9. Handles and descriptors are pointers; functions return 0 for success.
namespace cudnn {
constexpr int kFloat = 0, kBfloat16 = 9;       // cudnnDataType_t
constexpr int kNchw = 0;                       // cudnnTensorFormat_t
constexpr int kCrossCorrelation = 1;           // cudnnConvolutionMode_t
constexpr int kDefaultMath = 0, kFmaMath = 3;  // cudnnMathType_t
constexpr int kDeterministic = 1;              // cudnnDeterminism_t
struct Performance {                           // cudnnConvolution(Fwd|BwdData|BwdFilter)AlgoPerf_t
  int algorithm, status;
  float millis;
  std::size_t workspaceBytes;
  int determinism, math, reserved[3];
};
using Create = int (*)(void**);  // cudnnCreate, cudnnCreate(Tensor|Filter|Convolution)Descriptor
using Destroy = int (*)(void*);  // likewise
using SetStream = int (*)(void*, void*);
using ErrorString = const char* (*)(int);
using SetTensor = int (*)(void*, int, int, const int*, const int*);                        // cudnnSetTensorNdDescriptor
using SetFilter = int (*)(void*, int, int, int, const int*);                               // cudnnSetFilterNdDescriptor
using SetConvolution = int (*)(void*, int, const int*, const int*, const int*, int, int);  // ...ConvolutionNd...
using SetMath = int (*)(void*, int);                                                       // ...ConvolutionMathType
// Of the three convolutions: two operands, the convolution, the result.
using Find = int (*)(void*, void*, const void*, void*, const void*, void*, void*, void*, int, int*, Performance*, void*,
                     std::size_t);                                                    // cudnnFind...AlgorithmEx
using WorkspaceSize = int (*)(void*, void*, void*, void*, void*, int, std::size_t*);  // cudnnGet...WorkspaceSize
using Run = int (*)(void*, const void*, void*, const void*, void*, const void*, void*, int, void*, std::size_t,
                    const void*, void*, void*);  // cudnnConvolution...
}  // namespace cudnn

// cuBLASLt 12 and 13. Handles and descriptors are pointers; functions return 0 for success.
namespace cublaslt {
constexpr int kFloat = 0, kBfloat16 = 14;                 // cudaDataType
constexpr int kCompute = 68, kComputeTf32 = 77;           // cublasComputeType_t
constexpr int kTransposed = 1;                            // cublasOperation_t
constexpr int kTransposeA = 3, kTransposeB = 4;           // cublasLtMatmulDescAttributes_t
constexpr int kBatchCount = 5, kBatchStride = 6;          // cublasLtMatrixLayoutAttribute_t
constexpr int kMostWorkspace = 1, kReductionSchemes = 3;  // cublasLtMatmulPreferenceAttributes_t
constexpr int kAlignmentA = 5, kAlignmentB = 6, kAlignmentC = 7, kAlignmentD = 8;
struct Algorithm {  // cublasLtMatmulAlgo_t
  unsigned long long data[8];
};
struct Heuristic {  // cublasLtMatmulHeuristicResult_t
  Algorithm algorithm;
  std::size_t workspaceBytes;
  int status;
  float waves;
  int reserved[4];
};
using Create = int (*)(void**);                   // cublasLtCreate, cublasLtMatmulPreferenceCreate
using Destroy = int (*)(void*);                   // and of descriptors, layouts, preferences
using CreateProduct = int (*)(void**, int, int);  // cublasLtMatmulDescCreate
using CreateLayout = int (*)(void**, int, unsigned long, unsigned long, long);  // cublasLtMatrixLayoutCreate
using SetAttribute = int (*)(void*, int, const void*, std::size_t);             // of descriptors, layouts, preferences
using FindHeuristic = int (*)(void*, void*, void*, void*, void*, void*, void*, int, Heuristic*, int*);
using Multiply = int (*)(void*, void*, const void*, const void*, void*, const void*, void*, const void*, const void*,
                         void*, void*, void*, const Algorithm*, void*, std::size_t, void*);  // cublasLtMatmul
}  // namespace cublaslt

// NVML. Devices are handles; functions return 0 for success.
struct NvmlUtilizationRates {
  unsigned gpu, memory;  // percent
};
struct NvmlMemoryInfo {
  unsigned long long total, free, used;  // bytes
};
struct NvmlPciInfo {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
};
using NvmlInit = int (*)();                                     // nvmlInit_v2
using NvmlCount = int (*)(unsigned*);                           // nvmlDeviceGetCount_v2
using NvmlByIndex = int (*)(unsigned, void**);                  // nvmlDeviceGetHandleByIndex_v2
using NvmlByBusId = int (*)(const char*, void**);               // nvmlDeviceGetHandleByPciBusId_v2
using NvmlName = int (*)(void*, char*, unsigned);               // nvmlDeviceGetName
using NvmlBusInfo = int (*)(void*, NvmlPciInfo*);               // nvmlDeviceGetPciInfo_v3
using NvmlUtilization = int (*)(void*, NvmlUtilizationRates*);  // nvmlDeviceGetUtilizationRates
using NvmlMemory = int (*)(void*, NvmlMemoryInfo*);             // nvmlDeviceGetMemoryInfo
using NvmlPower = int (*)(void*, unsigned*);                    // nvmlDeviceGetPowerUsage, milliwatts
using NvmlClock = int (*)(void*, int, unsigned*);               // nvmlDeviceGetClockInfo, MHz

}  // namespace nao::model
