#include "model/cuda/cuda_runner.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "error.h"
#include "kernels/cuda/wave.h"
#include "model/cuda/check.h"
#include "model/cuda/precision.h"
#include "model/cuda/put_parameters.h"

namespace nao::model {
namespace {

namespace cuda = kernels::cuda;

constexpr std::int64_t kLeastResultBytes = 1 << 20;
constexpr std::int64_t kClipBytes = 32;
constexpr std::int64_t kSlotBytes = sizeof(double) + sizeof(std::int32_t);
static_assert(sizeof(kernels::Clip) <= kClipBytes);

constexpr std::int64_t withPadding(std::int64_t bytes) { return (bytes + 15) / 16 * 16; }

/// Of packed steps, on the host: a pool of 1,000 networks of the paper's size takes 250 MB.
constexpr std::int64_t kMostPackedBytes = 384 << 20;

/// Room for the next blocks too, which are about as large.
constexpr std::int64_t withHeadroom(std::int64_t bytes) { return bytes + bytes / 4; }

Memory<char> allocatePinned(int device, std::int64_t bytes) {
  void* memory = nullptr;
  NAO_CUDA(device, cudaMallocHost(&memory, static_cast<std::size_t>(bytes)));
  return Memory<char>(static_cast<char*>(memory), FreeMemory{[](void* used) { cudaFreeHost(used); }});
}

cudaEvent_t makeEvent(int device, unsigned flags) {
  cudaEvent_t event = nullptr;
  NAO_CUDA(device, cudaEventCreateWithFlags(&event, flags));
  return event;
}

/// Where a step's results lie in a copy of the results, on either side.
struct Results {
  kernels::Clip* clip;
  double* lossSums;
  std::int32_t* correct;

  template <class Step>
  Results(char* base, const Step& step)
      : clip(reinterpret_cast<kernels::Clip*>(base + step.at)),
        lossSums(reinterpret_cast<double*>(base + step.at + kClipBytes)),
        correct(reinterpret_cast<std::int32_t*>(lossSums + step.slots)) {}
};

}  // namespace

CudaRunner::CudaRunner(CudaDevice& device, Parameters& parameters)
    : device_(device), parameters_(parameters), ranges_(trainableRanges(parameters).size()), packed_(kMostPackedBytes) {
  NAO_CUDA(device_.index(), cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
  for (Staging& staging : stagings_) staging.copied = makeEvent(device_.index(), cudaEventDisableTiming);
  othersWork_ = makeEvent(device_.index(), cudaEventDisableTiming);
}

CudaRunner::~CudaRunner() {
  cudaStreamSynchronize(stream_);
  for (const cudaEvent_t event : {stagings_[0].copied, stagings_[1].copied, othersWork_}) cudaEventDestroy(event);
  cudaStreamDestroy(stream_);
}

void CudaRunner::setPrecision(nao_precision precision) {
  wanted_ = precision;
  precision_ = precisionOf(precision);
}

void CudaRunner::setLibraries(bool on) { withLibraries_ = on; }

void CudaRunner::reserve(const NetworkProgram& program, bool training, int images) {
  forget();
  provide(program, training, images);
}

void CudaRunner::forget() {
  started_.clear();
  collected_.clear();
  resultsUsed_ = 0;
}

void CudaRunner::giveBack() {
  NAO_CUDA(device_.index(), cudaStreamSynchronize(stream_));
  for (Growing* const growing : {&arena_, &fixed_, &forLibraries_}) *growing = {};
}

void CudaRunner::waitFor(const CudaRunner& other) {
  device_.makeCurrent();
  NAO_CUDA(device_.index(), cudaEventRecord(othersWork_, other.stream_));
  NAO_CUDA(device_.index(), cudaStreamWaitEvent(stream_, othersWork_));
}

void CudaRunner::provide(const NetworkProgram& program, bool training, int images) {
  const program::Plan& plan = program.plan(training);
  const auto float32 = static_cast<std::int64_t>(sizeof(float));
  grow(arena_, plan.arenaFloats * kernels::blockCount(images) * float32, "activations");
  grow(fixed_, plan.fixedFloats * float32, "batch normalisation");
  if (training) grow(squares_, static_cast<std::int64_t>(ranges_ * sizeof(double)), "the gradient norm");
  if (withLibraries_) reserveLibraries(program, training, images);
}

/// Which calls libraries compute is chosen on the calls of a step as it will be.
void CudaRunner::reserveLibraries(const NetworkProgram& program, bool training, int images) {
  device_.makeCurrent();
  if (libraries_ == nullptr) libraries_ = std::make_unique<CudaLibraries>(device_, wanted_, stream_);
  nao_training example = {};
  example.drop_path_keep = example.dropout_keep = 1;
  StepInput input;
  input.images = images;
  input.training = training ? &example : nullptr;
  bind(program, parameters_, memory(), input, shapeOf(program, input), bound_);
  const std::int64_t bytes = libraries_->reserve(bound_);
  const char* const before = forLibraries_.memory.get();
  grow(forLibraries_, bytes, "cuDNN and cuBLASLt");
  if (forLibraries_.memory.get() != before || bytes > 0) libraries_->setMemory(forLibraries_.memory.get());
}

void CudaRunner::grow(Growing& growing, std::int64_t bytes, const char* purpose) {
  if (bytes <= growing.bytes) return;
  NAO_CUDA(device_.index(), cudaStreamSynchronize(stream_));  // steps before may still use it
  growing = {};                                               // first give back, then take
  growing = {device_.allocateUnwritten(bytes, purpose), bytes};
  peakBytes_ = std::max(
      peakBytes_, arena_.bytes + fixed_.bytes + results_.bytes + squares_.bytes + block_.bytes + forLibraries_.bytes);
}

bool CudaRunner::start(const NetworkProgram& program, const StepInput& input) {
  device_.makeCurrent();
  const bool training = input.training != nullptr;
  Started step;
  step.images = input.images;
  step.training = training;
  step.slots = static_cast<std::int64_t>(program.plan(training).losses) * kernels::blockCount(input.images);
  const std::int64_t bytes = withPadding(kClipBytes + step.slots * kSlotBytes);
  if (resultsUsed_ + bytes > results_.bytes) collect();
  if (!collected_.empty() && collected_.back().failed) return false;
  grow(results_, std::max(bytes, kLeastResultBytes), "results");
  step.at = resultsUsed_;
  resultsUsed_ += bytes;

  StepInput own = input;
  const Results results(results_.memory.get(), step);
  own.results = {results.lossSums, results.correct, results.clip, nullptr};
  if (training && !started_.empty()) own.results.before = Results(results_.memory.get(), started_.back()).clip;
  send(program, own, shapeOf(program, own));
  step.losses = bound_.losses;
  logits_ = bound_.logits;
  logitCount_ = static_cast<std::int64_t>(input.images) * program.program().classes;
  started_.push_back(std::move(step));
  return true;
}

StepMemory CudaRunner::memory() const {
  StepMemory memory;
  memory.arena = reinterpret_cast<float*>(arena_.memory.get());
  memory.fixed = reinterpret_cast<float*>(fixed_.memory.get());
  memory.squares = reinterpret_cast<double*>(squares_.memory.get());
  return memory;
}

StepAddresses CudaRunner::addresses() const {
  return {arena_.memory.get(),
          fixed_.memory.get(),
          squares_.memory.get(),
          block_.memory.get(),
          parameters_.data(NAO_VALUE, -1),
          parameters_.gradientSum(),
          parameters_.batchStatistics()};
}

/// Packs a step's calls, or what varies of them beside what was packed before, and launches its waves.
void CudaRunner::send(const NetworkProgram& program, const StepInput& input, const StepShape& shape) {
  // What libraries compute, and tensors of several programs, no shape says.
  const bool same = libraries_ == nullptr && !profiling_ && input.tensors == nullptr;
  const PackedStep* const known = same ? packed_.find(program.id(), shape, addresses()) : nullptr;
  if (known != nullptr) {
    bindVarying(program, parameters_, memory(), input, shape, bound_);
    sendAgain(*known);
    return;
  }
  bind(program, parameters_, memory(), input, shape, bound_);
  // While profiling our own kernels are measured; what libraries take was when they were chosen.
  if (libraries_ != nullptr && !profiling_) libraries_->replace(bound_);
  const Staging& staging = pack();
  if (same && packed_.wants(program.id())) {
    const char* const block = staging.block.get();
    packed_.add({program.id(),
                 shape,
                 addresses(),
                 varyingBytes_,
                 {block + varyingBytes_, block + usedBytes_},
                 waves_,
                 deviceTable_});
  }
  launchPacked();
}

void CudaRunner::sendAgain(const PackedStep& step) {
  const std::int64_t bytes = step.varyingBytes + static_cast<std::int64_t>(step.rest.size());
  Staging& staging = nextStaging(bytes);
  Packer packer(staging.block.get(), block_.memory.get(), bytes);
  for (const BoundCall& bound : bound_.calls) putParameters(bound.call, packer);
  if (packer.bytes() != step.varyingBytes)
    throw Error(NAO_INTERNAL, "a step of the same shape has other parameters than the one before");
  std::memcpy(staging.block.get() + step.varyingBytes, step.rest.data(), step.rest.size());
  copyToDevice(staging, bytes);
  ++calls_.repeated;
  launch(step.waves, step.table);
}

void CudaRunner::run(std::vector<BoundCall> calls) {
  device_.makeCurrent();
  bound_ = Bound();
  bound_.calls = std::move(calls);
  pack();
  launchPacked();
}

/// The other one of the two, with room for so many bytes.
CudaRunner::Staging& CudaRunner::nextStaging(std::int64_t bytes) {
  Staging& staging = stagings_[turn_];
  turn_ = 1 - turn_;
  NAO_CUDA(device_.index(), cudaEventSynchronize(staging.copied));  // the step before last has been sent off
  if (staging.bytes < bytes) {
    staging.block.reset();
    staging.bytes = 0;
    staging.block = allocatePinned(device_.index(), withHeadroom(bytes));
    staging.bytes = withHeadroom(bytes);
  }
  return staging;
}

void CudaRunner::copyToDevice(Staging& staging, std::int64_t bytes) {
  ++calls_.transfers;
  NAO_CUDA(device_.index(), cudaMemcpyAsync(block_.memory.get(), staging.block.get(), static_cast<std::size_t>(bytes),
                                            cudaMemcpyHostToDevice, stream_));
  NAO_CUDA(device_.index(), cudaEventRecord(staging.copied, stream_));
}

/// The bound calls into the block on the device: first the parameters that vary, then all else.
const CudaRunner::Staging& CudaRunner::pack() {
  finishing_ = findFinishing(bound_.calls, profiling_);
  Packer counter(nullptr, nullptr, 0);
  for (const BoundCall& bound : bound_.calls)
    if (bound.varies) putParameters(bound.call, counter);
  varyingBytes_ = counter.bytes();
  Staging* staging = &nextStaging(varyingBytes_);
  const auto fill = [&] {
    char *const host = staging->block.get(), *const device = block_.memory.get();
    const std::int64_t room = std::min(staging->bytes, block_.bytes);
    Packer varying(host, device, std::min(room, varyingBytes_)), rest(host, device, room, varyingBytes_);
    write(varying, rest);
    usedBytes_ = rest.bytes();
    return rest.fitted();
  };
  if (!fill()) {
    if (block_.bytes < usedBytes_) grow(block_, withHeadroom(usedBytes_), "a step's calls");
    turn_ = 1 - turn_;
    staging = &nextStaging(usedBytes_);
    fill();
  }
  copyToDevice(*staging, usedBytes_);
  return *staging;
}

void CudaRunner::write(Packer& varying, Packer& rest) {
  waves_.clear();
  table_.clear();
  const std::vector<cuda::Finish> followers = putFollowers(rest);
  const std::size_t ofNorm = cuda::needsOf(kernels::BatchNorm()).sharedBytes;
  int wave = -1;
  for (std::size_t i = 0; i < bound_.calls.size(); ++i) {
    const BoundCall& bound = bound_.calls[i];
    if (finishing_.producers[i] > 0) continue;
    if (waves_.empty() || bound.wave != wave) {
      wave = bound.wave;
      waves_.emplace_back().number = wave;
      waves_.back().first = static_cast<int>(table_.size());
    }
    Wave& current = waves_.back();
    std::vector<cuda::Finish> finishes;
    for (const int norm : finishing_.norms[i]) finishes.push_back(followers[static_cast<std::size_t>(norm)]);
    const auto finishCount = static_cast<std::int32_t>(finishes.size());
    const cuda::Needs needs = checkedNeeds(bound.call);
    current.sharedBytes = std::max({current.sharedBytes, needs.sharedBytes, finishCount > 0 ? ofNorm : 0});
    const void* const parameters = putParameters(bound.call, bound.varies ? varying : rest);
    table_.push_back({familyOf(bound.call), current.items, parameters, rest.put(finishes.data(), finishCount),
                      finishCount, needs.tensorCores});
    ++current.count;
    current.items += needs.items;
  }
  deviceTable_ = rest.put(table_.data(), static_cast<std::int64_t>(table_.size()));
}

cuda::Needs CudaRunner::checkedNeeds(const KernelCall& call) const {
  constexpr std::size_t kKibibyte = 1024;
  const cuda::Needs needs = cuda::needsOf(call);
  if (needs.sharedBytes > device_.sharedBytes())
    throw Error(NAO_INVALID,
                text("device cuda:%d: %s needs %zu KiB of shared memory, a block of threads has %zu KiB there; reduce "
                     "the channels",
                     device_.index(), familyName(call.index()), (needs.sharedBytes + kKibibyte - 1) / kKibibyte,
                     device_.sharedBytes() / kKibibyte));
  return needs;
}

/// The normalisations that follow their producers, at the indices of their calls.
std::vector<cuda::Finish> CudaRunner::putFollowers(Packer& packer) const {
  constexpr std::int32_t kNobody = 0;
  std::vector<cuda::Finish> followers(bound_.calls.size());
  for (std::size_t i = 0; i < followers.size(); ++i) {
    if (finishing_.producers[i] == 0) continue;
    std::visit(
        [&](const auto& parameters) {
          followers[i] = {std::holds_alternative<kernels::BatchNormBackward>(bound_.calls[i].call),
                          finishing_.producers[i], const_cast<std::int32_t*>(packer.put(&kNobody, 1)),
                          packer.put(&parameters, 1)};
        },
        bound_.calls[i].call);
  }
  return followers;
}

void CudaRunner::launchPacked() {
  if (profiling_)
    launchOneByOne();
  else
    launch(waves_, deviceTable_);
}

void CudaRunner::launch(const std::vector<Wave>& waves, const cuda::WaveCall* table) {
  for (const Wave& wave : waves) {
    if (libraries_ != nullptr) calls_.kernels += libraries_->run(wave.number);
    ++calls_.kernels;
    NAO_CUDA(device_.index(),
             cuda::launchWave(precision_, table + wave.first, wave.count, 0, wave.items, wave.sharedBytes, stream_));
  }
}

/// Every call alone, and timed.
void CudaRunner::launchOneByOne() {
  std::vector<const Wave*> waves;  // of each call
  for (const Wave& wave : waves_) waves.insert(waves.end(), static_cast<std::size_t>(wave.count), &wave);
  const std::vector<double> seconds = timer_->time(stream_, static_cast<int>(table_.size()), [&](int call) {
    const Wave& wave = *waves[static_cast<std::size_t>(call)];
    const cuda::WaveCall* at = &table_[static_cast<std::size_t>(call)];
    const int end = call + 1 < wave.first + wave.count ? at[1].firstItem : wave.items;
    ++calls_.kernels;
    NAO_CUDA(device_.index(), cuda::launchWave(precision_, deviceTable_ + call, 1, at->firstItem, end - at->firstItem,
                                               wave.sharedBytes, stream_));
  });
  for (std::size_t call = 0; call < seconds.size(); ++call) {
    const KernelCall& made = bound_.calls[call].call;
    profile_.add(made, seconds[call], precision_ == cuda::Precision::bf16 ? 2 : 4);
    if (libraries_ == nullptr) continue;
    const CudaLibraries::Tried tried = libraries_->triedFor(made);
    if (tried.library != nullptr) profile_.addLibrary(made, tried.library, *tried.choice);
  }
}

/// Waits for all steps started, and takes their results over.
void CudaRunner::collect() {
  std::vector<char> copy(static_cast<std::size_t>(withPadding(resultsUsed_)));
  if (resultsUsed_ > 0) {
    ++calls_.transfers;
    NAO_CUDA(device_.index(), cudaMemcpyAsync(copy.data(), results_.memory.get(),
                                              static_cast<std::size_t>(resultsUsed_), cudaMemcpyDeviceToHost, stream_));
  }
  NAO_CUDA(device_.index(), cudaStreamSynchronize(stream_));
  for (const Started& step : started_) {
    const Results results(copy.data(), step);
    StepResult result = summed(step.losses, results.lossSums, results.correct, step.images);
    if (step.training) {
      result.gradientNorm = results.clip->norm;
      result.failed = results.clip->finite == 0;
    }
    collected_.push_back(result);
    if (result.failed) break;  // those behind have changed nothing
  }
  started_.clear();
  resultsUsed_ = 0;
}

std::vector<StepResult> CudaRunner::finish() {
  device_.makeCurrent();
  collect();
  return std::exchange(collected_, {});
}

void CudaRunner::readLogits(float* dst) {
  device_.read(dst, logits_, logitCount_ * static_cast<std::int64_t>(sizeof(float)));
}

void CudaRunner::setProfiling(bool on) {
  profiling_ = on;
  if (!on) return;
  profile_.clear();
  if (timer_ == nullptr) timer_ = std::make_unique<CallTimer>(device_);
}

}  // namespace nao::model
