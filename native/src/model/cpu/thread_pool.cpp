#include "model/cpu/thread_pool.h"

#include <immintrin.h>
#include <sched.h>

#include <system_error>

#include "error.h"

namespace nao::model {

namespace {
constexpr int kSpins = 20000;  // about 0.4 ms, longer than the gaps between waves
}

ThreadPool::ThreadPool(int threads) {
  try {
    for (int thread = 1; thread < threads; ++thread) workers_.emplace_back([this, thread] { loop(thread); });
  } catch (const std::system_error& error) {
    const int started = this->threads();
    stop();  // those that wait would keep the object from ending
    throw Error(NAO_NO_MEMORY,
                text("the system gives this process no more than %d of %d threads (%s); use fewer threads", started,
                     threads, error.code().message().c_str()));
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    ++round_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

int ThreadPool::usableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? static_cast<int>(count) : 1;
}

void ThreadPool::start(int items, Call call, const void* context) {
  call_ = call;
  context_ = context;
  items_ = items;
  next_.store(0, std::memory_order_relaxed);
  busy_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1);  // sequentially consistent with the sleepers' count, so that no wake-up is lost
  if (asleep_.load() > 0) {
    const std::lock_guard<std::mutex> lock(mutex_);
    wake_.notify_all();
  }
  work(0);
  for (int spin = 0; busy_.load(std::memory_order_acquire) > 0; ++spin) {
    _mm_pause();
    if (spin > kSpins) std::this_thread::yield();
  }
}

void ThreadPool::work(int thread) {
  for (int item = next_.fetch_add(1, std::memory_order_relaxed); item < items_;
       item = next_.fetch_add(1, std::memory_order_relaxed))
    call_(context_, item, thread);
}

void ThreadPool::loop(int thread) {
  std::uint64_t seen = 0;
  while (true) {
    for (int spin = 0; round_.load(std::memory_order_acquire) == seen && spin < kSpins; ++spin) _mm_pause();
    if (round_.load() == seen) {
      std::unique_lock<std::mutex> lock(mutex_);
      ++asleep_;
      wake_.wait(lock, [&] { return round_.load() != seen; });
      --asleep_;
    }
    ++seen;  // rounds are never skipped: the next one starts only when all workers are done with this one
    if (stop_) return;
    work(thread);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace nao::model
