// NCCL 2.14 and newer as this engine calls it, declared by hand; entries_check.cpp compares it with the real header
// where CMake finds that.
#pragma once

#include <cstddef>

namespace nao::model::nccl {

constexpr int kSuccess = 0, kInProgress = 7;  // ncclResult_t
constexpr int kBytes = 1;                     // ncclUint8 of ncclDataType_t
constexpr unsigned kMagic = 0xcafebeef;       // what NCCL_CONFIG_INITIALIZER begins with
constexpr unsigned kConfigVersion = 21400;

struct UniqueId {  // ncclUniqueId
  char bytes[128];
};

/// ncclConfig_t as 2.14 had it. Newer versions begin with the same, and take for the rest what they take by default
/// where size and version say so.
struct Config {
  std::size_t size = sizeof(Config);
  unsigned magic = kMagic, version = kConfigVersion;
  int blocking = 0;
};

using GetVersion = int (*)(int*);
using GetUniqueId = int (*)(UniqueId*);
using InitRank = int (*)(void**, int, UniqueId, int, Config*);  // ncclCommInitRankConfig
using OfCommunicator = int (*)(void*);                          // ncclCommFinalize, ...Destroy, ...Abort
using GetAsyncError = int (*)(void*, int*);                     // ncclCommGetAsyncError
using Group = int (*)();                                        // ncclGroupStart, ncclGroupEnd
using Broadcast = int (*)(const void*, void*, std::size_t, int, int, void*, void*);
using ErrorString = const char* (*)(int);  // ncclGetErrorString
using LastError = const char* (*)(void*);  // ncclGetLastError

}  // namespace nao::model::nccl
