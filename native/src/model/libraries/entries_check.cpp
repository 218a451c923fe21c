// Compiled only where the headers are there: fails where they declare something else.
#include <cstddef>
#include <type_traits>

#include "model/libraries/entries.h"
#include "model/libraries/nccl_entries.h"

namespace {

/// Pointers are as good as each other, and enumerations as int.
template <class Theirs, class Ours>
constexpr bool kPassedAlike = sizeof(Theirs) == sizeof(Ours) && std::is_pointer_v<Theirs> == std::is_pointer_v<Ours>;

template <class R, class... A, class S, class... B>
constexpr bool calledAlike(R (*)(A...), S (*)(B...)) {
  if constexpr (sizeof...(A) == sizeof...(B))
    return kPassedAlike<R, S> && (kPassedAlike<A, B> && ...);
  else
    return false;
}
static_assert(calledAlike(static_cast<int (*)(char*)>(nullptr), static_cast<int (*)(void*)>(nullptr)));
static_assert(!calledAlike(static_cast<int (*)(char*)>(nullptr), static_cast<int (*)(int)>(nullptr)));

}  // namespace

#define NAO_CALLED_ALIKE(function, Ours) static_assert(calledAlike(decltype(&(function)){}, Ours{}))

#ifdef NAO_CUDNN_HEADER
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include <cudnn.h>
namespace cudnn = nao::model::cudnn;
static_assert(std::is_same_v<decltype(&cudnnGetVersion), nao::model::LibraryVersion>);
static_assert(CUDNN_STATUS_SUCCESS == 0 && CUDNN_DATA_FLOAT == cudnn::kFloat &&
              CUDNN_DATA_BFLOAT16 == cudnn::kBfloat16 && CUDNN_TENSOR_NCHW == cudnn::kNchw &&
              CUDNN_CROSS_CORRELATION == cudnn::kCrossCorrelation && CUDNN_DEFAULT_MATH == cudnn::kDefaultMath &&
              CUDNN_FMA_MATH == cudnn::kFmaMath && CUDNN_DETERMINISTIC == cudnn::kDeterministic);
static_assert(sizeof(cudnnConvolutionFwdAlgoPerf_t) == sizeof(cudnn::Performance) &&
              sizeof(cudnnConvolutionBwdDataAlgoPerf_t) == sizeof(cudnn::Performance) &&
              sizeof(cudnnConvolutionBwdFilterAlgoPerf_t) == sizeof(cudnn::Performance) &&
              offsetof(cudnnConvolutionFwdAlgoPerf_t, memory) == offsetof(cudnn::Performance, workspaceBytes) &&
              offsetof(cudnnConvolutionFwdAlgoPerf_t, mathType) == offsetof(cudnn::Performance, math));
NAO_CALLED_ALIKE(cudnnCreate, cudnn::Create);
NAO_CALLED_ALIKE(cudnnCreateTensorDescriptor, cudnn::Create);
NAO_CALLED_ALIKE(cudnnCreateFilterDescriptor, cudnn::Create);
NAO_CALLED_ALIKE(cudnnCreateConvolutionDescriptor, cudnn::Create);
NAO_CALLED_ALIKE(cudnnDestroy, cudnn::Destroy);
NAO_CALLED_ALIKE(cudnnDestroyTensorDescriptor, cudnn::Destroy);
NAO_CALLED_ALIKE(cudnnDestroyFilterDescriptor, cudnn::Destroy);
NAO_CALLED_ALIKE(cudnnDestroyConvolutionDescriptor, cudnn::Destroy);
NAO_CALLED_ALIKE(cudnnSetStream, cudnn::SetStream);
NAO_CALLED_ALIKE(cudnnGetErrorString, cudnn::ErrorString);
NAO_CALLED_ALIKE(cudnnSetTensorNdDescriptor, cudnn::SetTensor);
NAO_CALLED_ALIKE(cudnnSetFilterNdDescriptor, cudnn::SetFilter);
NAO_CALLED_ALIKE(cudnnSetConvolutionNdDescriptor, cudnn::SetConvolution);
NAO_CALLED_ALIKE(cudnnSetConvolutionMathType, cudnn::SetMath);
NAO_CALLED_ALIKE(cudnnFindConvolutionForwardAlgorithmEx, cudnn::Find);
NAO_CALLED_ALIKE(cudnnFindConvolutionBackwardDataAlgorithmEx, cudnn::Find);
NAO_CALLED_ALIKE(cudnnGetConvolutionForwardWorkspaceSize, cudnn::WorkspaceSize);
NAO_CALLED_ALIKE(cudnnGetConvolutionBackwardDataWorkspaceSize, cudnn::WorkspaceSize);
NAO_CALLED_ALIKE(cudnnGetConvolutionBackwardFilterWorkspaceSize, cudnn::WorkspaceSize);
NAO_CALLED_ALIKE(cudnnFindConvolutionBackwardFilterAlgorithmEx, cudnn::Find);
NAO_CALLED_ALIKE(cudnnConvolutionForward, cudnn::Run);
NAO_CALLED_ALIKE(cudnnConvolutionBackwardData, cudnn::Run);
NAO_CALLED_ALIKE(cudnnConvolutionBackwardFilter, cudnn::Run);
#endif
#ifdef NAO_CUBLASLT_HEADER
#include <cublasLt.h>
namespace cublaslt = nao::model::cublaslt;
static_assert(std::is_same_v<decltype(&cublasLtGetVersion), nao::model::LibraryVersion>);
static_assert(CUBLAS_STATUS_SUCCESS == 0 && CUDA_R_32F == cublaslt::kFloat && CUDA_R_16BF == cublaslt::kBfloat16 &&
              CUBLAS_COMPUTE_32F == cublaslt::kCompute && CUBLAS_COMPUTE_32F_FAST_TF32 == cublaslt::kComputeTf32 &&
              CUBLAS_OP_T == cublaslt::kTransposed && CUBLASLT_MATMUL_DESC_TRANSA == cublaslt::kTransposeA &&
              CUBLASLT_MATMUL_DESC_TRANSB == cublaslt::kTransposeB &&
              CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT == cublaslt::kBatchCount &&
              CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET == cublaslt::kBatchStride &&
              CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES == cublaslt::kMostWorkspace &&
              CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK == cublaslt::kReductionSchemes &&
              CUBLASLT_REDUCTION_SCHEME_NONE == 0 &&
              CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES == cublaslt::kAlignmentA &&
              CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES == cublaslt::kAlignmentB &&
              CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES == cublaslt::kAlignmentC &&
              CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES == cublaslt::kAlignmentD);
static_assert(sizeof(cublasLtMatmulAlgo_t) == sizeof(cublaslt::Algorithm) &&
              sizeof(cublasLtMatmulHeuristicResult_t) == sizeof(cublaslt::Heuristic) &&
              offsetof(cublasLtMatmulHeuristicResult_t, workspaceSize) ==
                  offsetof(cublaslt::Heuristic, workspaceBytes) &&
              offsetof(cublasLtMatmulHeuristicResult_t, state) == offsetof(cublaslt::Heuristic, status));
NAO_CALLED_ALIKE(cublasLtCreate, cublaslt::Create);
NAO_CALLED_ALIKE(cublasLtDestroy, cublaslt::Destroy);
NAO_CALLED_ALIKE(cublasLtMatmulDescCreate, cublaslt::CreateProduct);
NAO_CALLED_ALIKE(cublasLtMatmulDescDestroy, cublaslt::Destroy);
NAO_CALLED_ALIKE(cublasLtMatmulDescSetAttribute, cublaslt::SetAttribute);
NAO_CALLED_ALIKE(cublasLtMatrixLayoutCreate, cublaslt::CreateLayout);
NAO_CALLED_ALIKE(cublasLtMatrixLayoutDestroy, cublaslt::Destroy);
NAO_CALLED_ALIKE(cublasLtMatrixLayoutSetAttribute, cublaslt::SetAttribute);
NAO_CALLED_ALIKE(cublasLtMatmulPreferenceCreate, cublaslt::Create);
NAO_CALLED_ALIKE(cublasLtMatmulPreferenceDestroy, cublaslt::Destroy);
NAO_CALLED_ALIKE(cublasLtMatmulPreferenceSetAttribute, cublaslt::SetAttribute);
NAO_CALLED_ALIKE(cublasLtMatmulAlgoGetHeuristic, cublaslt::FindHeuristic);
NAO_CALLED_ALIKE(cublasLtMatmul, cublaslt::Multiply);
#endif
#ifdef NAO_NVML_HEADER
#include <nvml.h>
static_assert(NVML_SUCCESS == 0 && NVML_CLOCK_SM == 1 && NVML_CLOCK_MEM == 2);
static_assert(sizeof(nvmlUtilization_t) == sizeof(nao::model::NvmlUtilizationRates));
static_assert(sizeof(nvmlMemory_t) == sizeof(nao::model::NvmlMemoryInfo));
static_assert(sizeof(nvmlPciInfo_t) == sizeof(nao::model::NvmlPciInfo));
static_assert(offsetof(nvmlMemory_t, used) == offsetof(nao::model::NvmlMemoryInfo, used));
static_assert(offsetof(nvmlPciInfo_t, busId) == offsetof(nao::model::NvmlPciInfo, busId));
#endif
#ifdef NAO_NCCL_HEADER
#include <nccl.h>
namespace nccl = nao::model::nccl;
static_assert(ncclSuccess == nccl::kSuccess && ncclInProgress == nccl::kInProgress && ncclUint8 == nccl::kBytes);
static_assert(sizeof(ncclUniqueId) == sizeof(nccl::UniqueId) && NCCL_VERSION(2, 14, 0) == nccl::kConfigVersion);
static_assert(sizeof(ncclConfig_t) >= sizeof(nccl::Config) &&
              offsetof(ncclConfig_t, size) == offsetof(nccl::Config, size) &&
              offsetof(ncclConfig_t, magic) == offsetof(nccl::Config, magic) &&
              offsetof(ncclConfig_t, version) == offsetof(nccl::Config, version) &&
              offsetof(ncclConfig_t, blocking) == offsetof(nccl::Config, blocking));
constexpr ncclConfig_t kTheirs = NCCL_CONFIG_INITIALIZER;
static_assert(kTheirs.magic == nccl::kMagic && kTheirs.size == sizeof(ncclConfig_t));
NAO_CALLED_ALIKE(ncclGetVersion, nccl::GetVersion);
NAO_CALLED_ALIKE(ncclGetUniqueId, nccl::GetUniqueId);
NAO_CALLED_ALIKE(ncclCommInitRankConfig, nccl::InitRank);
NAO_CALLED_ALIKE(ncclCommFinalize, nccl::OfCommunicator);
NAO_CALLED_ALIKE(ncclCommDestroy, nccl::OfCommunicator);
NAO_CALLED_ALIKE(ncclCommAbort, nccl::OfCommunicator);
NAO_CALLED_ALIKE(ncclCommGetAsyncError, nccl::GetAsyncError);
NAO_CALLED_ALIKE(ncclGroupStart, nccl::Group);
NAO_CALLED_ALIKE(ncclGroupEnd, nccl::Group);
NAO_CALLED_ALIKE(ncclBroadcast, nccl::Broadcast);
NAO_CALLED_ALIKE(ncclGetErrorString, nccl::ErrorString);
NAO_CALLED_ALIKE(ncclGetLastError, nccl::LastError);
#endif
