#include "model/cpu/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "error.h"

namespace nao::model {

namespace {
constexpr std::int64_t kHugePage = 2 << 20;

std::int64_t roundUp(std::int64_t bytes, std::int64_t unit) { return (bytes + unit - 1) / unit * unit; }

/// What the machine could still give: an allocation above all of its memory would only be killed later.
std::int64_t physicalBytes() { return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE); }
}  // namespace

Memory<char> allocateOnCpu(std::int64_t bytes, const char* purpose) {
  const bool large = bytes >= kHugePage;
  const std::int64_t unit = large ? kHugePage : 64;
  const std::int64_t rounded = roundUp(bytes < 1 ? 1 : bytes, unit);
  void* memory = rounded > physicalBytes()
                     ? nullptr
                     : std::aligned_alloc(static_cast<std::size_t>(unit), static_cast<std::size_t>(rounded));
  if (memory == nullptr)
    throw Error(NAO_NO_MEMORY, text("out of memory: %.1f MiB for %s; reduce the batch, the channels or the layers",
                                    static_cast<double>(bytes) / (1 << 20), purpose));
  if (large) madvise(memory, static_cast<std::size_t>(rounded), MADV_HUGEPAGE);
  std::memset(memory, 0, static_cast<std::size_t>(rounded));
  return Memory<char>(static_cast<char*>(memory), FreeMemory{std::free});
}

}  // namespace nao::model
