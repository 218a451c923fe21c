#include "model/cuda/cuda_exchange.h"

#include <thread>

#include "error.h"
#include "model/cuda/check.h"

namespace nao::model {
namespace {

/// An exchange itself takes less than this; after it others are waited for, which may take long.
constexpr std::chrono::milliseconds kAtOnce{2};
constexpr std::chrono::microseconds kPause{50};
constexpr std::chrono::seconds kEnd{10};
constexpr const char* kGivenUp = "the exchange between ranks was given up";

}  // namespace

CudaExchange::CudaExchange(CudaDevice& device) : device_(device) {
  device_.makeCurrent();
  NAO_CUDA(device_.index(), cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
}

CudaExchange::~CudaExchange() {
  try {
    if (!aborted_) {
      deadline_ = Clock::now() + kEnd;
      communicator_.finish();
      wait();
    }
  } catch (const Error&) {
    aborted_ = true;  // the others have ended otherwise
  }
  if (aborted_) communicator_.abort();
  cudaStreamDestroy(stream_);
}

void CudaExchange::connect(const nccl::UniqueId& id, int rank, int ranks, int seconds) {
  requireWhole();
  rank_ = rank;
  ranks_ = ranks;
  deadline_ = Clock::now() + std::chrono::seconds(seconds);
  communicator_.connect(id, rank, ranks);
  wait();
  // Some paths between GPUs fail only when they are used.
  const Memory<std::int32_t> numbers = device_.allocate<std::int32_t>(ranks, "an exchange between ranks");
  device_.write(numbers.get() + rank, &rank, sizeof(std::int32_t));
  std::vector<OwnedMemory> parts;
  for (int i = 0; i < ranks; ++i) parts.push_back({i, numbers.get() + i, sizeof(std::int32_t)});
  spread(parts);
  std::vector<std::int32_t> found(static_cast<std::size_t>(ranks));
  device_.read(found.data(), numbers.get(), ranks * static_cast<std::int64_t>(sizeof(std::int32_t)));
  for (int i = 0; i < ranks; ++i)
    if (found[static_cast<std::size_t>(i)] != i)
      throw Error(NAO_EXCHANGE, text("NCCL: rank %d sent %d where it should have sent its number", i,
                                     found[static_cast<std::size_t>(i)]));
  deadline_.reset();
}

void CudaExchange::spread(const std::vector<OwnedMemory>& parts) {
  requireWhole();
  communicator_.spread(parts, stream_);
  wait();
}

void CudaExchange::requireWhole() {
  if (aborted_) throw Error(NAO_EXCHANGE, kGivenUp);
  device_.makeCurrent();
}

void CudaExchange::wait() {
  const Clock::time_point begin = Clock::now();
  for (;;) {
    const Clock::time_point now = Clock::now();
    const bool late = deadline_.has_value() && now > *deadline_;
    if (late || aborted_) {
      aborted_ = true;
      communicator_.abort();
      throw Error(NAO_EXCHANGE, late ? "NCCL: not all ranks have come in time" : kGivenUp);
    }
    if (!communicator_.isInProgress()) {
      const cudaError_t state = cudaStreamQuery(stream_);
      if (state == cudaSuccess) return;
      cudaGetLastError();  // so that no launch finds it
      if (state != cudaErrorNotReady) NAO_CUDA(device_.index(), state);
    }
    if (now - begin < kAtOnce)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(kPause);
  }
}

std::unique_ptr<Exchange> openExchange(Device& gpu) {
  return std::make_unique<CudaExchange>(static_cast<CudaDevice&>(gpu));
}

}  // namespace nao::model
