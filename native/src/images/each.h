// Work on many images, shared out to threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace nao::images {

/// Calls body(image) once for each image in [0, count), in any order, and returns when all are done. Throws what a
/// `body` threw, after which no further image is begun. threads: the caller's among them, 0: as many as the process may
/// use. With fewer where the system gives none.
template <class Body>
void forEachImage(std::int64_t count, int threads, const Body& body) {
  std::atomic<std::int64_t> next{0};
  std::mutex failing;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::int64_t image = next++; image < count; image = next++) body(image);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failing);
      if (failure == nullptr) failure = std::current_exception();
      next = count;
    }
  };
  const std::int64_t wanted = threads > 0 ? threads : static_cast<std::int64_t>(std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  try {
    for (std::int64_t i = 1; i < std::min(wanted, count); ++i) others.emplace_back(work);
  } catch (const std::system_error&) {  // the threads there are do everything
  }
  work();
  for (std::thread& other : others) other.join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace nao::images
