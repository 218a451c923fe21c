// Work of streams. In order, it is done when it is submitted. In random order (order.h) it waits until somebody waits
// for it, and streams that no event orders overtake each other: so what nothing orders is seen by wrong results and by
// the checker. Of the stream null, work is always done at once.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include "runtime_api.h"

namespace nao::cuda::emulation {

/// One cudaEventRecord.
struct Mark {
  bool reached = false;
  std::chrono::steady_clock::time_point time;
};

/// Does `work` or keeps it for later. Returns what it returned, or success.
cudaError_t submit(cudaStream_t stream, std::function<cudaError_t()> work);
std::shared_ptr<Mark> mark(cudaStream_t stream);
/// Work that is submitted to the stream from now on comes after the mark.
void waitFor(cudaStream_t stream, std::shared_ptr<Mark> mark);

/// Does work until the mark is reached, the stream's work or that of all streams is done. Returns the first error of
/// it.
cudaError_t reach(const Mark& mark);
cudaError_t finish(cudaStream_t stream);
bool isEmpty(cudaStream_t stream);
cudaError_t finishAll();

}  // namespace nao::cuda::emulation

/// Work that waits, oldest first.
struct cudaEmulatedStream {
  struct Work {
    std::function<cudaError_t()> run;
    std::shared_ptr<nao::cuda::emulation::Mark> after;  // null: nothing but the stream's work before
  };
  cudaEmulatedStream();
  ~cudaEmulatedStream();
  std::deque<Work> waiting;
};
struct cudaEmulatedEvent {
  std::shared_ptr<nao::cuda::emulation::Mark> mark;  // of the last record
};
