#include "asynchronous_copy.h"

#include <algorithm>
#include <cstring>

#include "block.h"
#include "checker.h"

namespace nao::cuda {

void emulation::copyAsync(void* dst, const void* src, std::size_t bytes) {
  const void* const caller = __builtin_return_address(0);
  checker::access(src, bytes, checker::Kind::kRead, caller);
  checker::access(dst, bytes, checker::Kind::kCopy, caller);
  thread().copies.push_back({dst, src, bytes, thread().copyGroup});
}

void copyAsyncCommit() { ++emulation::thread().copyGroup; }

void emulation::copyAsyncWait(unsigned groups) {
  Thread& self = thread();
  const auto complete = [&](const PendingCopy& copy) { return copy.group + groups < self.copyGroup; };
  const auto end = std::find_if_not(self.copies.begin(), self.copies.end(), complete);
  for (auto copy = self.copies.begin(); copy != end; ++copy) {
    std::memcpy(copy->dst, copy->src, copy->bytes);
    checker::arrived(copy->dst, copy->bytes);
  }
  self.copies.erase(self.copies.begin(), end);
}

}  // namespace nao::cuda
