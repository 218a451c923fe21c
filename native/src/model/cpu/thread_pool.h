// A fixed set of threads that share out the items of one wave after another. Waves are microseconds apart, so idle
// threads spin for a while before they sleep.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace nao::model {

class ThreadPool {
 public:
  /// The caller counts as one of `threads`. Throws Error if the system gives no more.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls body(item, thread) once for each item in [0, items), in any order, and returns when all are done. `body`
  /// must not throw. Any thread may call; while one caller has the workers, others do their items alone.
  template <class Body>
  void run(int items, const Body& body) {
    std::unique_lock<std::mutex> workers(running_, std::defer_lock);
    if (items <= 1 || workers_.empty() || !workers.try_lock()) {
      for (int item = 0; item < items; ++item) body(item, 0);
      return;
    }
    start(
        items, [](const void* context, int item, int thread) { (*static_cast<const Body*>(context))(item, thread); },
        &body);
  }

  /// Cores this process may use (affinity mask), at least 1.
  static int usableCores();

 private:
  using Call = void (*)(const void* context, int item, int thread);

  void start(int items, Call call, const void* context);
  void work(int thread);
  void loop(int thread);
  /// Ends the workers there are.
  void stop();

  std::mutex running_;  // of the caller that the workers work for
  std::vector<std::thread> workers_;
  Call call_ = nullptr;
  const void* context_ = nullptr;
  int items_ = 0;
  alignas(64) std::atomic<int> next_{0};
  alignas(64) std::atomic<int> busy_{0};  // workers that have not finished the current round
  alignas(64) std::atomic<std::uint64_t> round_{0};
  std::atomic<bool> stop_{false};
  std::atomic<int> asleep_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace nao::model
