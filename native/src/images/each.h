// Work on many images, shared out to threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <system_error>
#include <thread>
#include <vector>

namespace nao::images {

/// Calls body(image) once for each image in [0, count), in any order, and returns when all are done. `body` must not
/// throw. threads: the caller's among them, 0: as many as the process may use. With fewer where the system gives none.
template <class Body>
void forEachImage(std::int64_t count, int threads, const Body& body) {
  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    for (std::int64_t image = next++; image < count; image = next++) body(image);
  };
  const std::int64_t wanted = threads > 0 ? threads : static_cast<std::int64_t>(std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  try {
    for (std::int64_t i = 1; i < std::min(wanted, count); ++i) others.emplace_back(work);
  } catch (const std::system_error&) {  // the threads there are do everything
  }
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace nao::images
