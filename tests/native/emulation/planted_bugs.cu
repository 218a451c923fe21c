// The test of the checked emulation: each kernel has one mistake that is common in CUDA code, and is right without it.
// The mistake must be reported with what and where it is, the right version must pass without a word.
#include <cstring>

#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/shim/emulated/order.h"
#include "kernels/cuda/shim/emulated/report.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr unsigned kAll = 0xffffffffu;
constexpr int kThreads = 64;
constexpr int kBlocks = 2;
constexpr int kParts = 3;  // float data[kParts][kThreads]; the host writes all but the last part

int plantedLine = 0;
// Kernels run on the CPU here, so they can say on which line their mistake is.
#define PLANTED(...) (plantedLine = __LINE__, __VA_ARGS__)

template <bool kBug>
__global__ void missingBarrier(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  tile[i] = 0;
  __syncthreads();
  tile[i] = data[i];
  if (!kBug) __syncthreads();
  data[i] = PLANTED(tile[(i + 32) % kThreads]);
}

template <bool kBug>
__global__ void missingWarpBarrier(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  tile[i] = 0;
  __syncwarp();
  tile[i] = data[i];
  if (!kBug) __syncwarp();
  data[i] = PLANTED(tile[i ^ 1]);
}

/// The barrier of four lanes orders nothing for the others.
template <bool kBug>
__global__ void tooNarrowMask(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x, quad = 0xfu << (i % 32 / 4 * 4);
  tile[i] = 0;
  __syncwarp();
  tile[i] = data[i];
  __syncwarp(kBug ? quad : kAll);
  data[i] = PLANTED(tile[i ^ 4]);
}

template <bool kBug>
__global__ void sharedOffByOne(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  tile[i] = data[i];
  __syncthreads();
  const unsigned right = i + 1 < kThreads || kBug ? i + 1 : i;
  data[i] = PLANTED(tile[right]);
}

template <bool kBug>
__global__ void globalOffByOne(float* data) {
  const unsigned i = threadIdx.x + (kBug ? 1 : 0);
  PLANTED(data[(kParts - 1) * kThreads + i] = 1);
}

template <bool kBug>
__global__ void plainAdd(float* data) {
  SHARED(float, sum, );
  if (threadIdx.x == 0) sum = 0;
  __syncthreads();
  const float value = 1;
  if (kBug) {
    PLANTED(sum += value);
  } else {
    atomicAdd(&sum, value);
  }
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(data, sum);
}

template <bool kBug>
__global__ void plainAddBesideAtomic(float* data) {
  if (threadIdx.x != 0) return;
  if (kBug && blockIdx.x == 1) {
    PLANTED(data[0] += 1);
  } else {
    atomicAdd(data, 1.0f);
  }
}

template <bool kBug>
__global__ void uninitialisedShared(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  if (!kBug || i != 40) tile[i] = 1;
  __syncthreads();
  data[i] = PLANTED(tile[i ^ 1]);
}

template <bool kBug>
__global__ void uninitialisedGlobal(float* data) {
  const unsigned i = threadIdx.x, last = (kParts - 1) * kThreads + i;
  if (!kBug) data[last] = 0;
  data[i] = PLANTED(data[last]);
}

template <bool kBug>
__global__ void divergentBarrier(float* data) {
  const unsigned i = threadIdx.x;
  if (kBug && i >= 32) PLANTED(__syncthreads());
  __syncthreads();
  data[i] = 0;
}

template <bool kBug>
__global__ void earlyReturn(float* data) {
  const unsigned i = threadIdx.x;
  if (kBug && i >= 40) return;
  PLANTED(__syncthreads());
  data[i] = 0;
}

template <bool kBug>
__global__ void missingLanes(float* data) {
  const unsigned i = threadIdx.x, lanes = kBug ? 16 : 32;
  float value = 1;
  if (i % 32 < lanes) value = PLANTED(__shfl_xor_sync(kAll, value, 1));
  data[i] = value;
}

template <bool kBug>
__global__ void laneOutsideMask(float* data) {
  const unsigned i = threadIdx.x;
  float value = 1;
  if (i % 32 < 16) value = PLANTED(__shfl_xor_sync(0xffffu, value, kBug ? 16 : 8));
  data[i] = value;
}

/// Blocks of one launch are not ordered.
template <bool kBug>
__global__ void betweenBlocks(float* data) {
  const unsigned i = threadIdx.x, block = blockIdx.x;
  const unsigned from = kBug ? (block + 1) % kBlocks : block;
  data[block * kThreads + i] = 1;
  __syncthreads();
  const float value = PLANTED(data[from * kThreads + i]);
  __syncthreads();
  data[block * kThreads + i] = value;
}

/// The last block reads what the others have written.
template <bool kBug>
__global__ void missingFence(float* data) {
  SHARED(bool, last, );
  const unsigned i = threadIdx.x, block = blockIdx.x;
  if (i > 0) data[block * kThreads + i] = 1;
  __syncthreads();
  if (i == 0) {
    if (!kBug) __threadfence();
    last = atomicAdd(reinterpret_cast<int*>(data), 1) == kBlocks - 1;
    __threadfence();
  }
  __syncthreads();
  if (!last) return;
  if (i > 0) data[i] = PLANTED(data[i] + data[kThreads + i]);
}

/// The fence of one thread covers those that a barrier has ordered before it.
template <bool kBug>
__global__ void missingBarrierBeforeFence(float* data) {
  SHARED(bool, last, );
  const unsigned i = threadIdx.x, block = blockIdx.x;
  if (i > 0) data[block * kThreads + i] = 1;
  if (!kBug) __syncthreads();
  if (i == 0) {
    __threadfence();
    last = atomicAdd(reinterpret_cast<int*>(data), 1) == kBlocks - 1;
    __threadfence();
  }
  __syncthreads();
  if (!last) return;
  if (i > 0) data[i] = PLANTED(data[i] + data[kThreads + i]);
}

template <bool kBug>
__global__ void missingWait(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  copyAsync<4>(&tile[i], &data[i]);
  copyAsyncCommit();
  if (!kBug) copyAsyncWait<0>();
  __syncthreads();
  data[i] = PLANTED(tile[i]);
}

/// The second group is still on its way when one may be.
template <bool kBug>
__global__ void waitForTooFew(float* data) {
  SHARED(float, tile, [2][kThreads]);
  const unsigned i = threadIdx.x;
  for (int group = 0; group < 2; ++group) {
    copyAsync<4>(&tile[group][i], &data[i]);
    copyAsyncCommit();
  }
  copyAsyncWait<kBug ? 1 : 0>();
  data[i] = PLANTED(tile[1][i]);
}

/// A stage is filled again while other threads may still read it.
template <bool kBug>
__global__ void stageTakenTooEarly(float* data) {
  SHARED(float, tile, [kThreads]);
  const unsigned i = threadIdx.x;
  for (int stage = 0; stage < 2; ++stage) {
    PLANTED(copyAsync<4>(&tile[i], &data[kThreads * stage + i]));
    copyAsyncCommit();
    copyAsyncWait<0>();
    __syncthreads();
    data[2 * kThreads + i] = tile[kThreads - 1 - i];
    if (!kBug) __syncthreads();
  }
}

template <bool kBug>
__global__ void misaligned(float* data) {
  if (threadIdx.x != 0) return;
  const float4 value = PLANTED(*reinterpret_cast<const float4*>(data + (kBug ? 2 : 4)));
  data[0] = value.x + value.w;
}

/// `table` is the host's with the mistake.
__global__ void readTable(const float* table, float* data) { data[threadIdx.x] = PLANTED(table[threadIdx.x]); }

/// Neighbours write the two halves of a word and the bytes of one: no race.
__global__ void smallElements(__nv_bfloat16* halves, std::uint8_t* bytes) {
  halves[threadIdx.x] = __float2bfloat16(1);
  bytes[threadIdx.x] = 1;
}

using Kernel = void (*)(float*);

struct Bug {
  const char* name;
  const char* problem;  // part of the report
  Kernel wrong, right;
  unsigned blocks = 1;
};
#define BUG(kernel, problem, ...) \
  { #kernel, problem, kernel < true>, kernel < false>, ##__VA_ARGS__ }
const Bug kBugs[] = {
    BUG(missingBarrier, "race: "),
    BUG(missingWarpBarrier, "race: "),
    BUG(tooNarrowMask, "race: "),
    BUG(sharedOffByOne, "read out of bounds"),
    BUG(globalOffByOne, "write out of bounds"),
    BUG(plainAdd, "race: "),
    BUG(plainAddBesideAtomic, "race: ", 2),
    BUG(uninitialisedShared, "read of memory that nobody wrote"),
    BUG(uninitialisedGlobal, "read of memory that nobody wrote"),
    BUG(divergentBarrier, "at a barrier while others of its block wait at another one"),
    BUG(earlyReturn, "waits for threads that never come"),
    BUG(missingLanes, "waits for threads that never come"),
    BUG(laneOutsideMask, "outside its mask"),
    BUG(betweenBlocks, "race: ", kBlocks),
    BUG(missingFence, "race: ", kBlocks),
    BUG(missingBarrierBeforeFence, "race: ", kBlocks),
    BUG(missingWait, "copyAsync not waited for"),
    BUG(waitForTooFew, "copyAsync not waited for"),
    BUG(stageTakenTooEarly, "race: "),
    BUG(misaligned, "misaligned access of 16 bytes"),
};

/// Is it this problem, and is one of its places the planted line?
bool tells(const emulation::Report& report, const char* problem) {
  const auto here = [](const emulation::Location& at) {
    return at.file == "planted_bugs.cu" && at.line == plantedLine;
  };
  return report.problem.find(problem) != std::string::npos && (here(report.where) || here(report.other));
}

/// The first report is that of the mistake: what follows may be its consequence.
void expectReport(const char* name, cudaError_t error, const char* problem) {
  const std::vector<emulation::Report> reports = emulation::takeReports();
  CHECK(error == cudaErrorLaunchFailure, "%s", name);
  CHECK(!reports.empty() && tells(reports[0], problem), "%s: expected \"%s\" at line %d, got \"%s\"", name, problem,
        plantedLine, reports.empty() ? "nothing" : reports[0].problem.c_str());
}

TEST(every_planted_bug_is_reported_and_no_right_kernel) {
  for (const Bug& bug : kBugs) {
    const auto run = [&bug](Kernel kernel) {
      const DeviceArray<float> data(kParts * kThreads);
      shim_test::require(cudaMemset(data.data(), 0, (kParts - 1) * kThreads * sizeof(float)));
      return launch(kernel, dim3(bug.blocks), dim3(kThreads), 0, nullptr, data.data());
    };
    const cudaError_t error = run(bug.right);
    const std::vector<emulation::Report> reports = emulation::takeReports();
    CHECK(error == cudaSuccess && reports.empty(), "%s without its mistake: %s", bug.name,
          reports.empty() ? "no report" : reports[0].problem.c_str());
    expectReport(bug.name, run(bug.wrong), bug.problem);
  }
}

TEST(host_and_freed_memory_are_reported) {
  const std::vector<float> host(kThreads, 1.0f);
  const DeviceArray<float> data(kThreads);
  CHECK(launch(readTable, dim3(1), dim3(kThreads), 0, nullptr, DeviceArray<float>(host).data(), data.data()) ==
        cudaSuccess);
  expectReport("host memory", launch(readTable, dim3(1), dim3(kThreads), 0, nullptr, host.data(), data.data()),
               "memory that is not the device's");
  const float* freed = DeviceArray<float>(host).data();
  expectReport("freed memory", launch(readTable, dim3(1), dim3(kThreads), 0, nullptr, freed, data.data()),
               "read out of bounds");
}

__global__ void fill(float* data, float value) { data[threadIdx.x] = value; }

/// How often of `tries` a stream read before another one had written, with and without waiting for it.
int overtaken(bool waits, int tries) {
  const DeviceArray<float> data(kThreads);
  cudaStream_t writer, reader;
  cudaEvent_t written;
  shim_test::require(cudaStreamCreateWithFlags(&writer, cudaStreamNonBlocking));
  shim_test::require(cudaStreamCreateWithFlags(&reader, cudaStreamNonBlocking));
  shim_test::require(cudaEventCreateWithFlags(&written, cudaEventDisableTiming));
  shim_test::require(cudaMemset(data.data(), 0, kThreads * sizeof(float)));
  int early = 0;
  for (int i = 1; i <= tries; ++i) {
    float read = 0;
    shim_test::require(launch(fill, dim3(1), dim3(kThreads), 0, writer, data.data(), static_cast<float>(i)));
    shim_test::require(cudaEventRecord(written, writer));
    if (waits) shim_test::require(cudaStreamWaitEvent(reader, written));
    shim_test::require(cudaMemcpyAsync(&read, data.data(), sizeof read, cudaMemcpyDeviceToHost, reader));
    shim_test::require(cudaStreamSynchronize(reader));
    shim_test::require(cudaStreamSynchronize(writer));
    early += read != static_cast<float>(i) ? 1 : 0;
  }
  shim_test::require(cudaEventDestroy(written));
  shim_test::require(cudaStreamDestroy(writer));
  shim_test::require(cudaStreamDestroy(reader));
  return early;
}

TEST(a_stream_that_does_not_wait_is_overtaken_in_random_order) {
  constexpr int kTries = 64;
  CHECK(overtaken(true, kTries) == 0);
  CHECK((overtaken(false, kTries) > 0) == emulation::randomOrder());
}

TEST(neighbouring_small_elements_do_not_race) {
  const DeviceArray<__nv_bfloat16> halves(kThreads);
  const DeviceArray<std::uint8_t> bytes(kThreads);
  CHECK(launch(smallElements, dim3(1), dim3(kThreads), 0, nullptr, halves.data(), bytes.data()) == cudaSuccess);
}

}  // namespace

NAO_TEST_MAIN
