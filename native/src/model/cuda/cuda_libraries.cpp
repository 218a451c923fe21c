#include "model/cuda/cuda_libraries.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "error.h"
#include "model/cuda/check.h"
#include "model/cuda/library_trial.h"

namespace nao::model {
namespace {

constexpr std::int64_t kZeroBytes = kMostLibraryChannels * static_cast<std::int64_t>(sizeof(float));
/// What an algorithm may use; it has to lie beside the activations.
constexpr std::size_t kMostWorkspaceBytes = 64 << 20;

constexpr std::int64_t withPadding(std::size_t bytes) { return static_cast<std::int64_t>(bytes + 255) / 256 * 256; }

/// Whether a reduction of gradients reads slots that a library has written, and how many.
void setSlots(KernelCall& call, std::unordered_map<const float*, int>& slots) {
  auto* const reduce = std::get_if<kernels::ReduceGradient>(&call);
  if (reduce == nullptr) return;
  const auto found = slots.find(reduce->partial);
  if (found == slots.end()) return;
  reduce->slots = found->second;
  slots.erase(found);  // the memory may be another call's later
}

}  // namespace

CudaLibraries::CudaLibraries(CudaDevice& device, nao_precision precision, cudaStream_t stream)
    : device_(device), precision_(precision), stream_(stream) {
  const auto opened = [&](auto open) {
    std::string problem;
    std::unique_ptr<ProductLibrary> library;
    try {
      library = open(precision, stream, problem);
    } catch (const Error& error) {
      problem = error.what();
    }
    if (!problem.empty()) device_.libraryChoices().say(problem + "; our own kernels are used.");
    return library;
  };
  cudnn_ = opened(openCudnn);
  cublasLt_ = opened(openCublasLt);
}

ProductLibrary* CudaLibraries::libraryOf(const KernelCall& call) const {
  switch (libraryFor(call)) {
    case Libraries::cudnn:
      return cudnn_.get();
    case Libraries::cublasLt:
      return cublasLt_.get();
    case Libraries::none:
      break;
  }
  return nullptr;
}

/// Everything that the choice depends on.
std::string CudaLibraries::keyOf(const KernelCall& call, const ProductLibrary& library) const {
  static const char* const precisions[] = {"fp32", "tf32", "bf16"};
  Scratch scratch(nullptr);
  Bound storage;
  const LibraryCall parts = libraryCall(call, precision_, nullptr, scratch, storage);
  std::string key = device_.model() + " " + device_.isa() + " " + library.name() + " " + library.version() + " " +
                    precisions[precision_] + " " + familyName(call.index()) +
                    text(" %zu+%zu", parts.before.size(), parts.after.size());
  for (const Product& product : parts.products) key += " " + shapeOf(product, false);
  return key;
}

const Choice& CudaLibraries::choose(const KernelCall& call, ProductLibrary& library) {
  const std::string key = keyOf(call, library);
  const auto known = choices_.find(key);
  if (known != choices_.end()) return known->second;
  std::optional<Choice> choice = device_.libraryChoices().find(key);
  if (!choice) {
    if (trialMemory_ == nullptr) {
      trialMemory_ = device_.allocateUnwritten(kZeroBytes + static_cast<std::int64_t>(kMostWorkspaceBytes),
                                               "a comparison with a library");
      NAO_CUDA(device_.index(), cudaMemsetAsync(trialMemory_.get(), 0, kZeroBytes, stream_));
    }
    const Workspace workspace{trialMemory_.get() + kZeroBytes, kMostWorkspaceBytes};
    choice = device_.libraryChoices().add(
        key, tryLibrary(device_, library, call, precision_, reinterpret_cast<const float*>(trialMemory_.get()),
                        workspace, stream_));
  }
  return choices_.emplace(key, *choice).first->second;
}

std::int64_t CudaLibraries::reserve(const Bound& bound) {
  bool used = false;
  int wave = -1;
  Scratch scratch(nullptr);
  for (const BoundCall& each : bound.calls) {
    ProductLibrary* const library = libraryOf(each.call);
    if (library == nullptr) continue;
    const Choice& choice = choose(each.call, *library);
    if (!choice.library) continue;
    used = true;
    for (const Algorithm& algorithm : choice.algorithms)
      workspaceBytes_ = std::max(workspaceBytes_, algorithm.workspaceBytes);
    if (each.wave != wave) scratch = Scratch(nullptr);
    wave = each.wave;
    Bound storage;
    libraryCall(each.call, precision_, nullptr, scratch, storage);
    scratchBytes_ = std::max(scratchBytes_, scratch.bytes());
  }
  trialMemory_.reset();
  return used ? kZeroBytes + withPadding(workspaceBytes_) + scratchBytes_ : 0;
}

void CudaLibraries::setMemory(char* memory) {
  if (memory == nullptr) return;
  memory_ = memory;
  NAO_CUDA(device_.index(), cudaMemsetAsync(memory_, 0, kZeroBytes, stream_));
}

Workspace CudaLibraries::workspace() const { return {memory_ + kZeroBytes, workspaceBytes_}; }

void CudaLibraries::replace(Bound& bound) {
  ready_.clear();
  next_ = 0;
  std::vector<BoundCall> calls;
  calls.reserve(bound.calls.size());
  std::unordered_map<const float*, int> slots;  // of gradients of weights, by their memory
  int more = 0;                                 // waves than there were
  for (std::size_t begin = 0, end = 0; begin < bound.calls.size(); begin = end) {
    const int wave = bound.calls[begin].wave;
    std::vector<KernelCall> after;
    std::vector<BoundCall> others;
    Scratch scratch(memory_ + kZeroBytes + withPadding(workspaceBytes_));
    for (end = begin; end < bound.calls.size() && bound.calls[end].wave == wave; ++end) {
      BoundCall& each = bound.calls[end];
      setSlots(each.call, slots);
      ProductLibrary* const library = memory_ == nullptr ? nullptr : libraryOf(each.call);
      const auto choice = library == nullptr ? choices_.end() : choices_.find(keyOf(each.call, *library));
      if (choice == choices_.end() || !choice->second.library) {
        others.push_back(std::move(each));
        continue;
      }
      LibraryCall parts = libraryCall(each.call, precision_, reinterpret_cast<const float*>(memory_), scratch, bound);
      for (KernelCall& call : parts.before) calls.push_back({std::move(call), 1, wave + more});
      for (std::size_t i = 0; i < parts.products.size(); ++i)
        ready_.push_back({wave + more + 1, library, parts.products[i], choice->second.algorithms[i]});
      std::move(parts.after.begin(), parts.after.end(), std::back_inserter(after));
      for (const float* partial : parts.partials) slots[partial] = parts.slots;
    }
    if (!ready_.empty() && ready_.back().wave == wave + more + 1) ++more;
    // First what makes sums, as normalisations follow their producers.
    for (KernelCall& call : after) calls.push_back({std::move(call), 1, wave + more});
    for (BoundCall& call : others) calls.push_back({std::move(call.call), call.items, wave + more});
  }
  bound.calls = std::move(calls);
}

int CudaLibraries::run(int wave) {
  int count = 0;
  for (; next_ < ready_.size() && ready_[next_].wave <= wave; ++next_, ++count) {
    const Ready& ready = ready_[next_];
    ready.library->run(ready.product, ready.algorithm, workspace());
  }
  return count;
}

CudaLibraries::Tried CudaLibraries::triedFor(const KernelCall& call) const {
  const ProductLibrary* const library = libraryOf(call);
  if (library == nullptr) return {nullptr, nullptr};
  const auto found = choices_.find(keyOf(call, *library));
  if (found == choices_.end()) return {nullptr, nullptr};
  return {library->name(), &found->second};
}

}  // namespace nao::model
