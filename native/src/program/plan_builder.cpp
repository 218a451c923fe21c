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

// Negative until finish() knows how many buffers there are.
int PlanBuilder::resource(int& slot) {
  if (slot == 0) slot = ~others_++;
  return slot;
}

int PlanBuilder::emit(Launch launch, Access access) {
  plan.launches.push_back(std::move(launch));
  accesses.push_back(std::move(access));
  return static_cast<int>(plan.launches.size()) - 1;
}

void PlanBuilder::readAll(const Launch& launch, Access& access) {
  for (const Read& read : launch.reads) {
    access.reads.push_back(read.buffer);
    if (read.norm >= 0) access.reads.push_back(forwardResource(read.norm));
    if (read.mask >= 0) access.reads.push_back(maskBuffer(read.mask));
  }
  if (launch.mixture >= 0) access.reads.push_back(mixtureResource(launch.mixture));
}

void PlanBuilder::launchForward(Launch launch) {
  Access access;
  readAll(launch, access);
  const bool slice = launch.dstChannels != buffer(launch.dst).channels;
  std::vector<int>& written = slice ? access.slices : access.writes;
  written.push_back(launch.dst);
  if (launch.kept >= 0) access.writes.push_back(launch.kept);
  if (launch.norm >= 0) written.push_back(norm(launch.norm).sums);
  launch.pieces = piecesOf(launch.dst);
  for (const Read& read : launch.reads) ++readers[read.buffer];
  const int dst = launch.dst;
  producers[dst].push_back(emit(std::move(launch), std::move(access)));
}

Plan PlanBuilder::finish() {
  const int buffers = static_cast<int>(plan.buffers.size());
  for (Access& access : accesses)
    for (std::vector<int>* list : {&access.reads, &access.writes, &access.slices})
      for (int& each : *list)
        if (each < 0) each = buffers - 1 - each;  // ~k -> buffers + k
  schedule(plan, accesses, buffers + others_, rules.normsFollow);
  plan.buffers[static_cast<std::size_t>(plan.logits)].last = plan.waves - 1;  // read by the caller afterwards
  placeBuffers(plan);
  return std::move(plan);
}

}  // namespace nao::program
