// NCCL between the GPUs of several processes. No call waits for other processes: what was begun is asked for, and can
// be given up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/libraries/nccl_entries.h"

namespace nao::model {

/// Memory of a device that all ranks have, of which one, its owner, has what is to be in it.
struct OwnedMemory {
  int owner = 0;
  void* memory = nullptr;
  std::size_t bytes = 0;
};

struct NcclFunctions {
  nccl::GetUniqueId getUniqueId;
  nccl::InitRank initRank;
  nccl::OfCommunicator finalize, destroy, abort;
  nccl::GetAsyncError getAsyncError;
  nccl::Group groupStart, groupEnd;
  nccl::Broadcast broadcast;
  nccl::ErrorString errorString;
  nccl::LastError lastError;

  /// The first that is missing; null: none is.
  const char* load(void* library);
};

/// One rank's end; used by one thread. All throw Error(NAO_EXCHANGE).
class NcclCommunicator {
 public:
  NcclCommunicator();
  ~NcclCommunicator();
  NcclCommunicator(const NcclCommunicator&) = delete;
  NcclCommunicator& operator=(const NcclCommunicator&) = delete;

  /// What all ranks must give to connect().
  static nccl::UniqueId freshId();

  void connect(const nccl::UniqueId& id, int rank, int ranks);
  /// Puts into a stream of CUDA what gives all ranks all of `parts`, which every rank lists alike; once nothing is in
  /// progress.
  void spread(const std::vector<OwnedMemory>& parts, void* stream);
  /// Whether the last call has not yet come to its end.
  bool isInProgress();
  /// Waits for the other ranks to do the same; after it nothing else can be begun.
  void finish();
  /// Gives up what was begun, also in the stream.
  void abort();

 private:
  void check(int result, const char* call) const;

  NcclFunctions functions_;
  void* communicator_ = nullptr;
};

}  // namespace nao::model
