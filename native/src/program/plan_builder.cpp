#include "program/plan_builder.h"

#include <utility>

#include "kernels/tensor.h"

namespace nao::program {
namespace {
std::int64_t roundUp(std::int64_t floats) { return (floats + kernels::kLanes - 1) / kernels::kLanes * kernels::kLanes; }
}  // namespace

int PlanBuilder::newBuffer(Buffer::Kind kind, int channels, int height, int width, std::int64_t floats) {
  Buffer made;
  made.kind = kind;
  made.channels = channels;
  made.height = height;
  made.width = width;
  made.floats = roundUp(floats);
  plan.buffers.push_back(made);
  uses_.emplace_back();
  return static_cast<int>(plan.buffers.size()) - 1;
}

int PlanBuilder::newMap(int channels, int height, int width) {
  const std::int64_t values = channels * kernels::planeStride(height, width);
  return newBuffer(Buffer::Kind::Map, channels, height, width,
                   values * rules.mapBytes / static_cast<int>(sizeof(float)));
}

int PlanBuilder::newRows(int width) {
  return newBuffer(Buffer::Kind::Rows, width, 0, 0, static_cast<std::int64_t>(width) * kernels::kLanes);
}

int PlanBuilder::newRaw(std::int64_t floats) { return newBuffer(Buffer::Kind::Raw, 0, 0, 0, floats); }

int PlanBuilder::newSums(int channels, int pieces) {
  return newRaw(static_cast<std::int64_t>(channels) * pieces * 2 * 2);  // doubles
}

std::int64_t PlanBuilder::newFixed(std::int64_t floats) {
  const std::int64_t first = plan.fixedFloats;
  plan.fixedFloats += roundUp(floats);
  return first;
}

Read PlanBuilder::whole(int index) const {
  Read read;
  read.buffer = index;
  read.channels = buffer(index).channels;
  return read;
}

int PlanBuilder::resource(std::vector<int>& numbers, int index) {
  const auto at = static_cast<std::size_t>(index);
  if (at >= numbers.size()) numbers.resize(at + 1);
  if (numbers[at] == 0) numbers[at] = ~others_++;
  return numbers[at];
}

int PlanBuilder::emit(Launch launch, Accesses own) {
  plan.launches.push_back(std::move(launch));
  accesses.push_back(std::move(own));
  return static_cast<int>(plan.launches.size()) - 1;
}

void PlanBuilder::readAll(const Launch& launch, Accesses& own) {
  constexpr std::size_t kUsual = 12;  // with those that callers add: no second allocation
  own.reserve(kUsual);
  for (const Read& read : launch.reads) {
    own.push_back(reads(read.buffer));
    if (read.norm >= 0) own.push_back(reads(forwardResource(read.norm)));
    if (read.mask >= 0) own.push_back(reads(maskBuffer(read.mask)));
  }
  if (launch.mixture >= 0) own.push_back(reads(mixtureResource(launch.mixture)));
}

void PlanBuilder::launchForward(Launch launch) {
  Accesses own;
  readAll(launch, own);
  own.push_back({writesAPart(launch) ? Access::Kind::Slice : Access::Kind::Write, launch.dst});
  if (launch.kept >= 0) own.push_back(writes(launch.kept));
  launch.pieces = piecesOf(launch.dst);
  for (const Read& read : launch.reads) ++use(read.buffer).readers;
  const int dst = launch.dst;
  use(dst).producers.push_back(emit(std::move(launch), std::move(own)));
}

Plan PlanBuilder::finish() {
  const int buffers = static_cast<int>(plan.buffers.size());
  for (Accesses& own : accesses)
    for (Access& access : own)
      if (access.resource < 0) access.resource = buffers - 1 - access.resource;  // ~k -> buffers + k
  schedule(plan, accesses, buffers + others_, rules);
  plan.buffers[static_cast<std::size_t>(plan.logits)].last = plan.waves - 1;  // read by the caller afterwards
  placeBuffers(plan);
  return std::move(plan);
}

}  // namespace nao::program
