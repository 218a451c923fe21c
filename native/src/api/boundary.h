// What every function of the C boundary does: checks arguments, and turns exceptions into a status and a sentence.
#pragma once

#include <memory>
#include <new>
#include <string>

#include "error.h"
#include "model/device.h"
#include "nao/nao.h"

struct nao_device {
  std::unique_ptr<nao::model::Device> device;
};

/// Refuses an argument. The sentence is made only where it is needed: checks stand in loops over images and tokens.
#define NAO_REQUIRE(condition, sentence)                           \
  do {                                                             \
    if (!(condition)) throw ::nao::Error(NAO_INVALID, (sentence)); \
  } while (false)

namespace nao::api {

/// Of the calling thread.
inline std::string& lastError() {
  thread_local std::string error;
  return error;
}

/// Runs `body` and says how it ended; no exception leaves.
template <class Body>
inline nao_status guarded(const Body& body) {
  try {
    body();
    lastError().clear();
    return NAO_OK;
  } catch (const Error& error) {
    lastError() = error.what();
    return error.status();
  } catch (const std::bad_alloc&) {
    lastError() = "out of memory; reduce the batch, the channels or the layers";
    return NAO_NO_MEMORY;
  } catch (const std::exception& error) {
    lastError() = std::string("internal error: ") + error.what();
    return NAO_INTERNAL;
  }
}

/// What `body` returns; `otherwise` where it fails.
template <class Result, class Body>
inline Result guardedOr(Result otherwise, const Body& body) {
  guarded([&] { otherwise = body(); });
  return otherwise;
}

template <class T>
inline void present(const T* pointer, const char* name) {
  NAO_REQUIRE(pointer != nullptr, std::string(name) + " is null");
}

constexpr std::int32_t kMaximumBatch = 1 << 16;

inline void checkBatch(std::int32_t batch) {
  NAO_REQUIRE(batch >= 1 && batch <= kMaximumBatch, text("batch is %d, allowed are 1 to %d", batch, kMaximumBatch));
}

}  // namespace nao::api
