// How processes with a GPU each give each other what lies in their memory.
#pragma once

#include <vector>

#include "model/libraries/nccl.h"

namespace nao::model {

class Device;

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Finds the other ranks, which all call this with the same id, and exchanges something with them. Throws
  /// Error(NAO_EXCHANGE), also after `seconds`.
  virtual void connect(const nccl::UniqueId& id, int rank, int ranks, int seconds) = 0;
  /// Gives all ranks what the owners have, once the device has nothing else to do; all ranks list the same. Throws
  /// Error(NAO_EXCHANGE).
  virtual void spread(const std::vector<OwnedMemory>& parts) = 0;
  /// From now on nothing waits for other ranks: both above throw. Callable from any thread.
  virtual void abort() = 0;

  /// Whose memory it exchanges.
  virtual const Device& device() const = 0;
  virtual int rank() const = 0;
  virtual int ranks() const = 0;
};

}  // namespace nao::model
