#include "streams.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "order.h"

namespace nao::cuda::emulation {
namespace {

struct Streams {
  std::mutex changing;
  std::vector<cudaEmulatedStream*> all;
};
Streams& streams() {
  static Streams one;
  return one;
}

/// Does the oldest work of a stream that is drawn among those that could go on. The caller holds the lock.
cudaError_t doOne() {
  std::vector<cudaEmulatedStream*> ready;
  for (cudaEmulatedStream* const stream : streams().all)
    if (!stream->waiting.empty() &&
        (stream->waiting.front().after == nullptr || stream->waiting.front().after->reached))
      ready.push_back(stream);
  if (ready.empty()) {
    std::fprintf(stderr, "emulation: streams wait for each other%s\n", repeatHint().c_str());
    std::abort();
  }
  std::deque<cudaEmulatedStream::Work>& waiting = ready[pick(ready.size())]->waiting;
  const cudaError_t error = waiting.front().run();
  waiting.pop_front();
  return error;
}

/// The first error, if there was one.
template <class Done>
cudaError_t workUntil(const Done& done) {
  const std::lock_guard<std::mutex> lock(streams().changing);
  cudaError_t first = cudaSuccess;
  while (!done()) {
    const cudaError_t error = doOne();
    if (first == cudaSuccess) first = error;
  }
  return first;
}

}  // namespace

cudaError_t submit(cudaStream_t stream, std::function<cudaError_t()> work) {
  if (stream == nullptr || !randomOrder()) return work();
  const std::lock_guard<std::mutex> lock(streams().changing);
  stream->waiting.push_back({std::move(work), nullptr});
  return cudaSuccess;
}

std::shared_ptr<Mark> mark(cudaStream_t stream) {
  const auto made = std::make_shared<Mark>();
  submit(stream, [made] {
    made->reached = true;
    made->time = std::chrono::steady_clock::now();
    return cudaSuccess;
  });
  return made;
}

void waitFor(cudaStream_t stream, std::shared_ptr<Mark> mark) {
  if (stream == nullptr || !randomOrder() || mark == nullptr) return;
  const std::lock_guard<std::mutex> lock(streams().changing);
  stream->waiting.push_back({[] { return cudaSuccess; }, std::move(mark)});
}

cudaError_t reach(const Mark& mark) {
  return workUntil([&] { return mark.reached; });
}
cudaError_t finish(cudaStream_t stream) {
  return stream == nullptr ? cudaSuccess : workUntil([&] { return stream->waiting.empty(); });
}
bool isEmpty(cudaStream_t stream) {
  const std::lock_guard<std::mutex> lock(streams().changing);
  return stream->waiting.empty();
}
cudaError_t finishAll() {
  return workUntil([] {
    return std::all_of(streams().all.begin(), streams().all.end(),
                       [](const cudaEmulatedStream* stream) { return stream->waiting.empty(); });
  });
}

}  // namespace nao::cuda::emulation

cudaEmulatedStream::cudaEmulatedStream() {
  const std::lock_guard<std::mutex> lock(nao::cuda::emulation::streams().changing);
  nao::cuda::emulation::streams().all.push_back(this);
}
cudaEmulatedStream::~cudaEmulatedStream() {
  const std::lock_guard<std::mutex> lock(nao::cuda::emulation::streams().changing);
  auto& all = nao::cuda::emulation::streams().all;
  all.erase(std::find(all.begin(), all.end(), this));
}
