// What the steps of lowering build together: the plan, and what each of its launches reads and writes.
#pragma once

#include <vector>

#include "program/plan.h"
#include "program/program.h"

namespace nao::program {

/// Where the gradient of a buffer lies.
struct Gradient {
  int buffer = -1;
  int mask = -1;     // drop-path on the way to it
  int mixture = -1;  // the weight on the way to it, of a value with a norm
  int element = -1;
};

/// What is known of a buffer besides its size.
struct BufferUse {
  int readers = 0;               // forward reads
  std::vector<int> producers;    // forward launches that write it
  int norm = -1;                 // of its values
  Gradient gradient;             // buffer -1: nobody has asked for it
  bool gradientStarted = false;  // of a gradient: already written
};

class PlanBuilder {
 public:
  explicit PlanBuilder(const Rules& rules_) : rules(rules_) { plan.mapBytes = rules.mapBytes; }

  // ---- buffers ----
  int newBuffer(Buffer::Kind kind, int channels, int height, int width, std::int64_t floats);
  int newMap(int channels, int height, int width);
  int newRows(int width);
  int newRaw(std::int64_t floats);
  int newSums(int channels, int pieces);
  /// Floats that do not depend on the batch; where they begin.
  std::int64_t newFixed(std::int64_t floats);
  const Buffer& buffer(int index) const { return plan.buffers[static_cast<std::size_t>(index)]; }
  BufferUse& use(int index) { return uses_[static_cast<std::size_t>(index)]; }
  Norm& norm(int index) { return plan.norms[static_cast<std::size_t>(index)]; }
  int maskBuffer(int mask) const { return plan.masks[static_cast<std::size_t>(mask)].buffer; }

  /// A read of all of a buffer as it lies there.
  Read whole(int index) const;
  /// Pieces of a launch over the rows of a buffer; rows of features are not cut.
  int piecesOf(int index) const {
    return buffer(index).kind == Buffer::Kind::Map ? rules.pieces(buffer(index).height) : 1;
  }

  // ---- resources that are no buffers: what a norm leaves forward and backward, a mixture's weights,
  // a tensor's gradient ----
  int forwardResource(int normIndex) { return resource(normForward_, normIndex); }
  int backwardResource(int normIndex) { return resource(normBackward_, normIndex); }
  int mixtureResource(int mixture) { return resource(mixtures_, mixture); }
  int tensorResource(int tensor) { return resource(tensorGradient_, tensor); }

  // ---- launches ----
  int emit(Launch launch, Accesses own);
  void launchForward(Launch launch);
  /// Whether a launch leaves only some channels of its destination.
  bool writesAPart(const Launch& launch) const { return launch.dstChannels != buffer(launch.dst).channels; }
  /// The buffers, norms and masks a launch reads.
  void readAll(const Launch& launch, Accesses& own);
  /// Numbers the other resources behind the buffers, schedules, places the buffers.
  Plan finish();

  const Rules rules;
  Plan plan;
  std::vector<Accesses> accesses;  // one a launch

 private:
  /// The number of a resource that is no buffer: negative until finish() knows how many buffers there are.
  int resource(std::vector<int>& numbers, int index);

  std::vector<BufferUse> uses_;  // one a buffer
  int others_ = 0;
  std::vector<int> normForward_, normBackward_, mixtures_, tensorGradient_;  // numbers, 0: none yet
};

/// Forward launches of all operations that the losses need; with `training` also masks and the losses' gradients.
void lowerForward(const Program& program, bool training, PlanBuilder& build);

/// The backward of every forward launch, last one first.
void lowerBackward(PlanBuilder& build);

/// Pools that only one add reads become part of it: their outputs are never stored. Their backward needs the sources
/// alone.
void mergePools(PlanBuilder& build);

}  // namespace nao::program
