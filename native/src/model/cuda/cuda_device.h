// One NVIDIA GPU.
#pragma once

#include <memory>
#include <string>

#include "model/cuda_part/cuda_part.h"
#include "model/libraries/choices.h"

namespace nao::model {

/// Maps are cut by rows, small ones by images too (Piece), so that a few blocks of images keep all multiprocessors
/// busy.
constexpr int rowPieces(int rows) {
  constexpr int kMost = 32, kWithHalves = 16;
  return rows > kMost ? kMost : rows > kWithHalves ? rows : 2 * rows;
}

class CudaDevice final : public Device {
 public:
  CudaDevice(int index, const Gpu& gpu);

  const std::string& name() const override { return name_; }
  const char* isa() const override { return architecture_.c_str(); }
  const std::string& busId() const override { return busId_; }
  int threads() const override { return 1; }
  double ceiling(nao_ceiling which) override;
  program::Rules rules(nao_precision precision) const override {
    program::Rules rules;
    rules.pieces = rowPieces;
    rules.normsFollow = rules.keepsDepthwise = true;
    rules.mapBytes = precision == NAO_BF16 ? 2 : 4;
    return rules;
  }
  int sequencesAtOnce() const override { return 1; }
  /// Half of what is free: networks need the rest.
  std::int64_t roomForImages() const override;
  void read(void* host, const void* memory, std::int64_t bytes) override;
  void write(void* memory, const void* host, std::int64_t bytes) override;
  std::unique_ptr<Runner> makeRunner(Parameters& parameters) override;

  int index() const { return index_; }
  std::int64_t memoryBytes() const { return memoryBytes_; }
  /// Of shared memory, that a block of threads can have.
  std::size_t sharedBytes() const { return sharedBytes_; }
  /// The calling thread's CUDA calls go to this device.
  void makeCurrent() const;
  /// Its model, for example "NVIDIA H100 PCIe".
  const std::string& model() const { return model_; }
  /// What libraries compute on it, as the cache file says.
  LibraryChoices& libraryChoices() { return libraryChoices_; }
  /// Memory that nobody has written.
  Memory<char> allocateUnwritten(std::int64_t bytes, const char* purpose);

 private:
  Memory<char> allocateBytes(std::int64_t bytes, const char* purpose) override;

  const int index_;
  const std::int64_t memoryBytes_;
  const std::string name_, architecture_, busId_, model_;
  LibraryChoices libraryChoices_{LibraryChoices::defaultFile()};
  std::size_t sharedBytes_ = 0;
};

}  // namespace nao::model
