// Where work runs and memory lies: the threads of a CPU (cpu/) or an NVIDIA GPU (cuda/).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/memory.h"
#include "nao/nao.h"
#include "program/plan.h"

namespace nao::model {

class Parameters;
class Runner;

class Device {
 public:
  virtual ~Device() = default;

  /// Whose memory it uses: "cpu", "cuda:0".
  virtual const std::string& name() const = 0;
  /// Instruction set or architecture: "avx512", "sm_90".
  virtual const char* isa() const = 0;
  /// PCI address of a GPU, "00000000:81:00.0"; empty for a CPU.
  virtual const std::string& busId() const = 0;
  /// Threads of the CPU that work.
  virtual int threads() const = 0;
  /// One of the device's ceilings, measured; 0 where it has no such unit.
  virtual double ceiling(nao_ceiling which) = 0;
  /// How programs are lowered for it. Throws Error(NAO_INVALID) for a precision that it does not have.
  virtual program::Rules rules(nao_precision precision) const = 0;

  /// How many sequences an item of the controller's calls goes through; 1 where it needs memory for that (its `work`).
  virtual int sequencesAtOnce() const = 0;

  /// Bytes of the images of a file that the device may keep; 0 for a CPU, where the system keeps what is read of files.
  virtual std::int64_t roomForImages() const { return 0; }

  /// Zeroed memory. Throws Error(NAO_NO_MEMORY) that says what for.
  template <class T>
  Memory<T> allocate(std::int64_t count, const char* purpose) {
    return arrayOf<T>(allocateBytes(count * static_cast<std::int64_t>(sizeof(T)), purpose));
  }
  virtual void read(void* host, const void* memory, std::int64_t bytes) = 0;
  virtual void write(void* memory, const void* host, std::int64_t bytes) = 0;

  /// What runs steps over `parameters`, which must outlive it.
  virtual std::unique_ptr<Runner> makeRunner(Parameters& parameters) = 0;

 private:
  virtual Memory<char> allocateBytes(std::int64_t bytes, const char* purpose) = 0;
};

/// The GPU that a name is of where there are `gpus`: N of "cuda:N"; with N = 0 where there is none, N modulo their
/// number of "auto:N". -1 for a name that means the CPU, or nothing.
int gpuOfName(const std::string& name, int gpus);

/// name: "cpu", "cpu:ref", "cpu:avx2", "cpu:avx512", "cuda:N", "auto" or "auto:N" (gpuOfName, else the CPU); threads 0:
/// all usable cores. Throws Error(NAO_INVALID) for other names, Error(NAO_NO_DEVICE) for devices that are not there.
std::unique_ptr<Device> openDevice(const std::string& name, int threads);

}  // namespace nao::model
