#include "model/libraries/nccl.h"

#include "error.h"
#include "model/libraries/descriptor.h"

namespace nao::model {
namespace {

NcclFunctions loaded() {
  const Library library = findNccl();
  std::string problem = library.problem;
  const std::optional<NcclFunctions> functions = loadEntries<NcclFunctions>(library, problem);
  if (!functions.has_value()) throw Error(NAO_EXCHANGE, problem.empty() ? library.problem : problem);
  return *functions;
}

}  // namespace

const char* NcclFunctions::load(void* library) {
  const char* missing = nullptr;
  lookUp(library, "ncclGetUniqueId", getUniqueId, missing);
  lookUp(library, "ncclCommInitRankConfig", initRank, missing);
  lookUp(library, "ncclCommFinalize", finalize, missing);
  lookUp(library, "ncclCommDestroy", destroy, missing);
  lookUp(library, "ncclCommAbort", abort, missing);
  lookUp(library, "ncclCommGetAsyncError", getAsyncError, missing);
  lookUp(library, "ncclGroupStart", groupStart, missing);
  lookUp(library, "ncclGroupEnd", groupEnd, missing);
  lookUp(library, "ncclBroadcast", broadcast, missing);
  lookUp(library, "ncclGetErrorString", errorString, missing);
  lookUp(library, "ncclGetLastError", lastError, missing);
  return missing;
}

NcclCommunicator::NcclCommunicator() : functions_(loaded()) {}

NcclCommunicator::~NcclCommunicator() {
  if (communicator_ == nullptr) return;
  int state = nccl::kSuccess;
  const bool whole = functions_.getAsyncError(communicator_, &state) == nccl::kSuccess && state == nccl::kSuccess;
  (whole ? functions_.destroy : functions_.abort)(communicator_);
}

nccl::UniqueId NcclCommunicator::freshId() {
  const NcclFunctions functions = loaded();
  nccl::UniqueId id;
  const int result = functions.getUniqueId(&id);
  if (result != nccl::kSuccess)
    throw Error(NAO_EXCHANGE, text("NCCL: ncclGetUniqueId failed: %s", functions.errorString(result)));
  return id;
}

void NcclCommunicator::connect(const nccl::UniqueId& id, int rank, int ranks) {
  nccl::Config config;
  check(functions_.initRank(&communicator_, ranks, id, rank, &config), "ncclCommInitRankConfig");
}

void NcclCommunicator::spread(const std::vector<OwnedMemory>& parts, void* stream) {
  check(functions_.groupStart(), "ncclGroupStart");
  for (const OwnedMemory& part : parts)
    check(functions_.broadcast(part.memory, part.memory, part.bytes, nccl::kBytes, part.owner, communicator_, stream),
          "ncclBroadcast");
  check(functions_.groupEnd(), "ncclGroupEnd");
}

void NcclCommunicator::finish() {
  if (communicator_ != nullptr) check(functions_.finalize(communicator_), "ncclCommFinalize");
}

bool NcclCommunicator::isInProgress() {
  if (communicator_ == nullptr) return false;
  int state = nccl::kSuccess;
  check(functions_.getAsyncError(communicator_, &state), "ncclCommGetAsyncError");
  check(state, "what it had begun");
  return state == nccl::kInProgress;
}

void NcclCommunicator::abort() {
  if (communicator_ == nullptr) return;
  functions_.abort(communicator_);
  communicator_ = nullptr;
}

void NcclCommunicator::check(int result, const char* call) const {
  if (result == nccl::kSuccess || result == nccl::kInProgress) return;
  const char* const last = functions_.lastError(nullptr);
  throw Error(NAO_EXCHANGE, text("NCCL: %s failed: %s%s%s", call, functions_.errorString(result),
                                 last == nullptr || *last == '\0' ? "" : ", ", last == nullptr ? "" : last));
}

}  // namespace nao::model
