/* Stands for NCCL between processes of one machine whose devices' memory is the host's: ranks meet in a file that all
 * map. As with a communicator that does not block, a thread does what was begun, and ncclCommGetAsyncError tells. NCCL
 * refuses what this refuses: ranks that list different broadcasts, a new call before the last has ended.
 *
 * The environment's NAO_TEST_NCCL_VERSION is its version, NAO_TEST_NCCL_FAULT says what goes wrong: "init" connecting,
 * "deaf" nothing is ever connected, "remote" every broadcast group from the third on, "wrong" one bit of every group.
 * NAO_TEST_NCCL_DIES is the number of the group in which the process is killed, once its part is written, before others
 * get it. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kSuccess = 0, kSystemError = 2, kInvalidArgument = 4, kInvalidUsage = 5, kRemoteError = 6,
              kInProgress = 7;
constexpr int kMostRanks = 16;
constexpr std::size_t kRoom = std::size_t{256} << 20;  // of a group; pages that nobody writes take none

struct UniqueId {
  char file[128];
};
struct Config {
  std::size_t size;
  unsigned magic, version;
  int blocking;
};

/// What all ranks see.
struct Shared {
  std::atomic<int> connected;
  std::atomic<std::uint64_t> written[kMostRanks], taken[kMostRanks],
      listed[kMostRanks];  // groups; what the last one lists
  char data[1];
};

struct Broadcast {
  const void* src;
  void* dst;
  std::size_t bytes;
  int root;
};

struct Communicator {
  Shared* shared = nullptr;
  int rank = 0, ranks = 1;
  std::uint64_t groups = 0;
  std::atomic<int> state{kSuccess};
  std::atomic<bool> aborted{false};
  std::thread worker;

  ~Communicator() {
    if (worker.joinable()) worker.join();
    if (shared != nullptr) munmap(shared, sizeof(Shared) + kRoom);
  }

  template <class Work>
  int begin(const Work& work) {
    if (state != kSuccess) return kInvalidUsage;
    if (worker.joinable()) worker.join();
    state = kInProgress;
    worker = std::thread([this, work] { state = work(); });
    return kInProgress;
  }
  /// False: it was given up.
  template <class Done>
  bool until(const Done& done) const {
    while (!done()) {
      if (aborted) return false;
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
  }
  bool allReach(const std::atomic<std::uint64_t>* counts, std::uint64_t group) const {
    return until([&] {
      for (int i = 0; i < ranks; ++i)
        if (counts[i] < group) return false;
      return true;
    });
  }
};

std::vector<Broadcast> group;
Communicator* ofGroup = nullptr;
bool grouped = false;

bool hasFault(const char* wanted) {
  const char* const fault = std::getenv("NAO_TEST_NCCL_FAULT");
  return fault != nullptr && std::strcmp(fault, wanted) == 0;
}
std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

int exchange(Communicator& c, const std::vector<Broadcast>& list) {
  constexpr std::uint64_t kFirstFaulty = 3;
  if (hasFault("remote") && c.groups >= kFirstFaulty) return kRemoteError;
  std::uint64_t hash = 1469598103934665603u;
  for (const Broadcast& b : list)
    hash = (hash ^ (b.bytes * kMostRanks + static_cast<unsigned>(b.root))) * 1099511628211u;
  // The room is free once all have taken what the group before left there.
  if (!c.allReach(c.shared->taken, c.groups - 1)) return kSystemError;
  std::size_t at = 0;
  for (const Broadcast& b : list) {
    if (at + b.bytes > kRoom) return kInvalidArgument;
    if (b.root == c.rank) std::memcpy(c.shared->data + at, b.src, b.bytes);
    at += b.bytes;
  }
  if (hasFault("wrong") && list.back().root == c.rank) c.shared->data[at - list.back().bytes] ^= 1;
  if (number("NAO_TEST_NCCL_DIES", 0) == c.groups) kill(getpid(), SIGKILL);
  c.shared->listed[c.rank] = hash;
  c.shared->written[c.rank] = c.groups;
  if (!c.allReach(c.shared->written, c.groups)) return kSystemError;
  for (int i = 0; i < c.ranks; ++i)
    if (c.shared->listed[i] != hash) return kInvalidUsage;
  at = 0;
  for (const Broadcast& b : list) {
    std::memcpy(b.dst, c.shared->data + at, b.bytes);
    at += b.bytes;
  }
  c.shared->taken[c.rank] = c.groups;
  return kSuccess;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int ncclGetVersion(int* version) {
  *version = static_cast<int>(number("NAO_TEST_NCCL_VERSION", 22703));
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclGetUniqueId(UniqueId* id) {
  std::memset(id->file, 0, sizeof(id->file));
  std::snprintf(id->file, sizeof(id->file), "/tmp/nao-test-nccl-XXXXXX");
  const int file = mkstemp(id->file);
  if (file < 0 || ftruncate(file, sizeof(Shared) + kRoom) != 0) return kSystemError;
  close(file);
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclCommInitRankConfig(void** communicator, int ranks,
                                                                             UniqueId id, int rank, Config* config) {
  if (hasFault("init")) return kSystemError;
  if (config->size < sizeof(Config) || config->magic != 0xcafebeef || config->version < 21400 || config->blocking != 0)
    return kInvalidArgument;
  if (ranks < 1 || ranks > kMostRanks || rank < 0 || rank >= ranks) return kInvalidArgument;
  auto* const c = new Communicator;
  c->rank = rank;
  c->ranks = ranks;
  *communicator = c;
  return c->begin([c, id] {
    const int file = open(id.file, O_RDWR);
    void* const memory =
        file < 0 ? MAP_FAILED : mmap(nullptr, sizeof(Shared) + kRoom, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return kSystemError;
    c->shared = static_cast<Shared*>(memory);
    if (!hasFault("deaf")) ++c->shared->connected;
    if (!c->until([&] { return c->shared->connected == c->ranks; })) return kSystemError;
    unlink(id.file);
    return kSuccess;
  });
}
extern "C" __attribute__((visibility("default"))) int ncclCommGetAsyncError(void* communicator, int* state) {
  *state = static_cast<Communicator*>(communicator)->state;
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclCommFinalize(void* communicator) {
  auto* const c = static_cast<Communicator*>(communicator);
  return c->begin([c] { return c->allReach(c->shared->taken, c->groups) ? kSuccess : kSystemError; });
}
extern "C" __attribute__((visibility("default"))) int ncclCommDestroy(void* communicator) {
  delete static_cast<Communicator*>(communicator);
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclCommAbort(void* communicator) {
  static_cast<Communicator*>(communicator)->aborted = true;
  delete static_cast<Communicator*>(communicator);
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclGroupStart() {
  group.clear();
  grouped = true;
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclBroadcast(const void* src, void* dst, std::size_t count,
                                                                    int type, int root, void* communicator,
                                                                    void* stream) {
  ofGroup = static_cast<Communicator*>(communicator);
  if (!grouped || type != 1 || stream == nullptr || root < 0 || root >= ofGroup->ranks) return kInvalidArgument;
  group.push_back({src, dst, count, root});
  return kSuccess;
}
extern "C" __attribute__((visibility("default"))) int ncclGroupEnd() {
  grouped = false;
  Communicator& c = *ofGroup;
  ++c.groups;
  return c.begin([&c, list = group] { return exchange(c, list); });
}
extern "C" __attribute__((visibility("default"))) const char* ncclGetErrorString(int result) {
  return result == kRemoteError ? "remote process exited or there was a network error" : "an error of the stand-in";
}
extern "C" __attribute__((visibility("default"))) const char* ncclGetLastError(void*) { return ""; }
