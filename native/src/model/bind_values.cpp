#include "model/bind_values.h"

#include <utility>

namespace nao::model {
namespace {

using namespace kernels;
using program::Kind;
using program::Launch;
using program::Plan;

void push(KernelCall call, int items, const Launch& launch, Bound& bound) {
  bound.calls.push_back({std::move(call), items, launch.wave, launch.phase, true});
}

void bindInput(const Launch& launch, const Plan& plan, const StepInput& input, const StepViews& view, Bound& bound) {
  const int items = blockCount(input.images) * launch.pieces;
  const Tensor dst = view.tensor(launch.dst, 0, at(plan.buffers, launch.dst).channels);
  if (input.pixels != nullptr) {
    push(CopyInput{input.images, input.pixels, dst, launch.pieces}, items, launch, bound);
    return;
  }
  Augment k = input.augment;
  k.images = input.images;
  k.first = input.first;
  k.dst = dst;
  k.pieces = launch.pieces;
  push(k, items, launch, bound);
}

void bindMask(const Launch& launch, const Plan& plan, const StepInput& input, const StepViews& view, Bound& bound) {
  const program::Mask& m = at(plan.masks, launch.mask);
  MaskDraw draw;
  draw.images = input.images;
  draw.width = m.width;
  draw.keep = keptBy(m, input);
  draw.seed = input.training->seed;
  draw.step = static_cast<std::uint64_t>(input.step);
  draw.site = static_cast<std::uint32_t>(m.site);
  draw.dst = view.memory(m.buffer);
  draw.first = input.first;
  push(draw, 1, launch, bound);
}

void bindLoss(const Launch& launch, const Plan& plan, const StepInput& input, const StepViews& view, Bound& bound) {
  const int blocks = blockCount(input.images);
  const auto first = static_cast<std::int64_t>(bound.losses.size()) * blocks;
  bound.losses.push_back({launch.factor, launch.auxiliary});
  Loss k;
  k.images = input.images;
  k.classes = plan.classes;
  k.logits = view.memory(launch.reads[0].buffer);
  k.labels = input.labels;
  k.stepImages = input.stepImages;
  k.partnerLabels = input.partnerLabels;
  if (input.partnerLabels != nullptr) k.share = input.augment.share;
  k.smoothing = input.training != nullptr ? input.training->label_smoothing : 0;
  k.weight = launch.factor;
  k.dlogits = launch.gradient >= 0 ? view.memory(launch.gradient) : nullptr;
  k.lossSums = input.results.lossSums + first;
  k.correct = input.results.correct + first;
  push(k, blocks, launch, bound);
}

}  // namespace

void bindValues(const Launch& launch, const Plan& plan, const StepInput& input, const StepViews& view, Bound& bound) {
  if (launch.kind == Kind::Input) bindInput(launch, plan, input, view, bound);
  if (launch.kind == Kind::Mask && view.drops(launch.mask)) bindMask(launch, plan, input, view, bound);
  if (launch.kind == Kind::Loss) bindLoss(launch, plan, input, view, bound);
}

}  // namespace nao::model
